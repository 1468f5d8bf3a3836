# Fulcrum. `make help` lists the targets.
#
# Every tool is pinned and installed into the checkout: node_modules/ (the CDK's
# command line and Node.js), .build/ (what Go compiles), .venv/ (Python checkers).

SHELL       := /bin/sh
PYTHON      ?= python3
DESIGN      ?= design.yaml
BUILD       := .build
STAMP       := $(BUILD)/stamp
STEP        := scripts/step
CDK         := PATH="$(CURDIR)/node_modules/.bin:$$PATH" cdk

export CGO_ENABLED := 0

go_files     = $(shell find $(1) -name '*.go' -not -name '*_test.go' 2>/dev/null)
LAMBDA_SRC  := $(call go_files,lambdas) go.mod go.sum
INFRA_SRC   := $(call go_files,infra constructs design) go.mod go.sum
CLI_SRC     := $(call go_files,cmd compare design lambdas) dinner.go design.yaml go.mod go.sum \
               $(shell find compare design -type f -not -name '*.go' -not -path '*/testdata/*' 2>/dev/null)

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:

## all: install the tools, build the functions, synthesize every stack, compare them
.PHONY: all
all: fresh
	@if $(MAKE) --silent --question $(STAMP)/report 2>/dev/null; then \
	  echo 'up to date: cdk.out/ and report/ follow from $(DESIGN)'; \
	else \
	  $(MAKE) --silent --no-print-directory $(STAMP)/report; \
	fi

# fresh forgets a step whose product is gone or was made by somebody else: the CDK's
# command line writes cdk.out too, with other settings.
.PHONY: fresh
fresh:
	@scripts/fresh $(STAMP) $(BUILD)/functions '$(DESIGN)'

## help: list the targets
.PHONY: help
help:
	@sed -n 's/^## \([^:]*\): /\1\t/p' $(firstword $(MAKEFILE_LIST)) | sort | awk -F '\t' '{ name = $$1; wide = gsub(/…/, "…", name); printf "  make %-" (22 + 2 * wide) "s %s\n", $$1, $$2 }'

## tools: install the pinned tools that make and make test use
.PHONY: tools
tools: fresh $(STAMP)/node $(STAMP)/python $(STAMP)/validators $(BUILD)/bin/golangci-lint

## functions: build every function for arm64, reproducibly
.PHONY: functions
functions: fresh $(STAMP)/functions

.PHONY: app
app: fresh $(STAMP)/functions $(BUILD)/infra

## synth: synthesize every stack into cdk.out/
.PHONY: synth
synth: fresh $(STAMP)/synth

## report: write report/ and print the comparison
.PHONY: report
report: fresh $(STAMP)/report

$(STAMP):
	@mkdir -p $(STAMP) $(BUILD)/bin

$(STAMP)/node: package.json package-lock.json | $(STAMP)
	@scripts/need node 18 'Node.js 18 or newer' npm 'npm'
	@$(STEP) tools scripts/install-node
	@touch $@

$(STAMP)/python: requirements.txt | $(STAMP)
	@scripts/need $(PYTHON) 3 'Python 3.9 or newer'
	@$(STEP) checkers scripts/install-python $(PYTHON)
	@touch $@

$(STAMP)/validators: tools/validators/package-lock.json $(STAMP)/node | $(STAMP)
	@$(STEP) rules scripts/install-validators
	@touch $@

$(BUILD)/bin/golangci-lint: tools/go.mod tools/go.sum | $(STAMP)
	@$(STEP) linter sh -c 'cd tools && go build -o ../$@ github.com/golangci/golangci-lint/v2/cmd/golangci-lint && ../$@ version --short'

$(STAMP)/functions: $(LAMBDA_SRC) scripts/build-functions | $(STAMP)
	@scripts/need go 1 'Go 1.26 or newer'
	@$(STEP) functions scripts/build-functions $(BUILD)/functions
	@touch $@

$(BUILD)/infra: $(INFRA_SRC) | $(STAMP)
	@$(STEP) app sh -c 'go build -o $@ ./infra && echo "the CDK app, $$(du -m $@ | cut -f 1) MB"'

$(BUILD)/fulcrum: $(CLI_SRC) | $(STAMP)
	@$(STEP) fulcrum sh -c 'go build -o $@ ./cmd/fulcrum && echo "the command line, $$(du -m $@ | cut -f 1) MB"'

$(STAMP)/synth: $(STAMP)/node $(STAMP)/functions $(BUILD)/infra $(DESIGN) cdk.json
	@rm -rf $(BUILD)/cdk.out
	@CDK_CONTEXT_JSON="$$(scripts/context '$(DESIGN)')" STEP_OWN_PROGRESS=1 FULCRUM_PROGRESS=1 CDK_OUTDIR=$(BUILD)/cdk.out $(STEP) synth $(BUILD)/infra
	@rm -rf cdk.out && mv $(BUILD)/cdk.out cdk.out
	@echo '$(DESIGN)' >$(STAMP)/design
	@cksum cdk.out/manifest.json >$@

$(STAMP)/report: $(STAMP)/synth $(BUILD)/fulcrum
	@$(STEP) compare $(BUILD)/fulcrum compare --assembly cdk.out --design $(DESIGN) --out report --quiet
	@$(BUILD)/fulcrum compare --assembly cdk.out --design $(DESIGN) --summary
	@touch $@

## test: run every test and check; nothing is skipped
.PHONY: test
test: fresh tools $(STAMP)/report
	@scripts/test

## soak: run the long tests: ten million injected faults
.PHONY: soak
soak:
	FULCRUM_SOAK=1 go test -count=1 -timeout 3h -v $$(git grep -l 'FULCRUM_SOAK' -- '*_test.go' | xargs -n 1 dirname | sort -u | sed 's|^|./|')

## race: run the service's tests under the race detector, which needs a C compiler
.PHONY: race
race: $(STAMP)/python
	@scripts/need gcc 8 'gcc, which the race detector needs'
	CGO_ENABLED=1 go test -race -timeout 1h ./lambdas/...

## fuzz: feed every decoder with made-up input, FUZZTIME=10s each
.PHONY: fuzz
fuzz: | $(STAMP)
	@scripts/fuzz

## lint: gofmt, go vet and golangci-lint
.PHONY: lint
lint: $(BUILD)/bin/golangci-lint
	@scripts/lint

## rules: hold every template to the rule packs of cdk-nag and cfn-guard
.PHONY: rules
rules: fresh $(STAMP)/synth $(STAMP)/validators $(BUILD)/fulcrum
	@scripts/validate-templates cdk.out

## golden: rewrite the golden files from what is synthesized and rendered now
.PHONY: golden
golden: $(STAMP)/node
	go test $$(git grep -l 'flag.Bool("update"' -- '*_test.go' | xargs -n 1 dirname | sort -u | sed 's|^|./|') -update
	go test . -update

## bench: measure synthesis, tests, comparison, simulator, lookups, and the service beside bare programs, into docs/bench.md
.PHONY: bench
bench: $(STAMP)/node $(STAMP)/functions $(BUILD)/infra $(BUILD)/fulcrum
	@scripts/bench

## local: serve the system on this machine with sample dinners, PORT=8080 STORE=dynamodb
.PHONY: local
local: $(if $(filter dynamodb,$(STORE)),$(STAMP)/python) | $(STAMP)
	@scripts/need go 1 'Go 1.26 or newer'
	@go build -o $(BUILD)/local ./lambdas/local
	@exec $(BUILD)/local -store '$(or $(STORE),memory)' -port '$(PORT)' -log $(BUILD)/local.log

## smoke URL=…: hold a running system to the contract, as far as TOKEN=… KEY=… CACERT=… let
.PHONY: smoke
smoke:
	@scripts/smoke "$(URL)"

## validate: measure a real load balancer (haproxy) beside the simulator, into compare/latency/validate/
.PHONY: validate
validate:
	go run ./compare/latency/validate

## deploy STACK=…: deploy one stack to the account of your credentials
.PHONY: deploy
deploy: fresh $(STAMP)/node app
	$(CDK) deploy $(call stack,deploy) $(CDKFLAGS)

## destroy STACK=…: remove one stack
.PHONY: destroy
destroy: fresh $(STAMP)/node app
	$(CDK) destroy $(call stack,destroy) $(CDKFLAGS)

stack = $(or $(STACK),$(error say which stack: make $(1) STACK=Baseline; `npx cdk ls` lists them))

## clean: remove everything that was built or installed
.PHONY: clean
clean:
	rm -rf $(BUILD) cdk.out report node_modules tools/validators/node_modules .venv
