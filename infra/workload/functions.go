package workload

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"

	"fulcrum/constructs/function"
	"fulcrum/design"
	"fulcrum/design/role"
)

// Names of the functions that are no service's of the design, in lambdas/cmd.
const (
	functionAPI         = "api"
	functionCertificate = "certificate"
	functionTokenKeys   = "tokenkeys"
	functionOutbox      = "outbox"
	// programServer is the same program as functionAPI, as a plain server.
	programServer  = "server"
	functionLookup = "lookup"
)

// outboxDays is how long an event stays in the table after it was written. The
// stream hands it on within its 24 hours or, if the pipe fails for so long, the
// events can be read back from the table for the rest of the week.
const outboxDays = 7

// function defines the program lambdas/cmd/NAME as a Lambda function that reads and
// writes the tables it is granted.
func (w *workload) function(name, id string, timeout time.Duration, r role.Role) awslambda.Function {
	environment := w.environment()
	if r == role.Compute {
		environment = w.apiEnvironment()
	}
	return w.program(name, id, timeout, r, environment)
}

// program defines the program lambdas/cmd/NAME as a Lambda function.
func (w *workload) program(name, id string, timeout time.Duration, r role.Role, environment map[string]string) awslambda.Function {
	return w.newFunction(w.Settings.Functions, name, id, timeout, r, environment, false).Lambda
}

// newFunction defines the program lambdas/cmd/NAME, built in a directory, as a Lambda function, inside the
// network or outside.
func (w *workload) newFunction(directory, name, id string, timeout time.Duration, r role.Role, environment map[string]string, inside bool) *function.Function {
	p := function.Props{
		Directory:   filepath.Join(directory, name),
		Service:     name,
		Environment: environment,
		Timeout:     timeout,
		Key:         w.key(design.Telemetry),
		LogDays:     w.class(design.Telemetry).RetentionDays,
		Role:        r,
		Sandbox:     w.Settings.Sandbox,
	}
	if inside {
		p.Network = w.network()
	}
	f := function.New(w.stack, id, p)
	if secret, ok := w.edgeSecret(); ok && r == role.Compute {
		secret.GrantRead(f.Lambda)
	}
	return f
}

// environment is what every program of a service finds in its environment.
func (w *workload) environment() map[string]string {
	return map[string]string{
		"SYSTEM":            w.Design.System,
		"READ_MODELS_TABLE": *w.readModels.Dynamo.TableName(),
		// A mark of what was handled must outlive every event that a replay may bring.
		"READ_MODEL_RETENTION_DAYS": strconv.Itoa(max(w.class(design.ReadModels).RetentionDays, w.class(design.Events).RetentionDays)),
	}
}

// apiEnvironment is that of the program behind the front door.
func (w *workload) apiEnvironment() map[string]string {
	environment := w.environment()
	maps.Copy(environment, w.storeEnvironment())
	environment["CONSISTENCY"] = w.readConsistency()
	environment["TOKEN_ISSUER"] = w.users.Issuer()
	environment["TOKEN_CLIENTS"] = strings.Join(w.users.ClientIDs(), ",")
	environment["ALLOWED_ORIGINS"] = strings.Join(w.origins(), ",")
	maps.Copy(environment, w.cacheEnvironment())
	if w.files != nil {
		environment["FILES_BUCKET"] = *w.files.Bucket.BucketName()
	}
	if q := w.commandQueue(); q != nil {
		environment["COMMAND_QUEUE"] = *q.Queue.QueueUrl()
	}
	if s := w.saga(); s != nil {
		environment["RESERVATION_SAGA"] = s.ARN()
	}
	if secret, ok := w.edgeSecret(); ok {
		environment["ORIGIN_SECRET"] = secret.ARN()
	}
	w.identifies(environment)
	return environment
}

// storeEnvironment is that of every program that changes aggregates.
func (w *workload) storeEnvironment() map[string]string {
	environment := map[string]string{
		"SYSTEM":               w.Design.System,
		"STORE_TABLE":          *w.store.Dynamo.TableName(),
		"EVENT_RETENTION_DAYS": strconv.Itoa(outboxDays),
		"IDEMPOTENCY_HOURS":    strconv.Itoa(int(math.Ceil(w.Design.Capacity.IdempotencyHours))),
	}
	if w.alone() {
		environment["CONSISTENCY"] = w.readConsistency()
		delete(environment, "EVENT_RETENTION_DAYS") // events leave the items when they are handed on
	}
	maps.Copy(environment, w.personsEnvironment())
	if _, ok := w.homeStore(); ok {
		environment["HOME_REGION"] = w.Place.Home
	}
	return environment
}

// grantChanges lets grantee change aggregates, and read them.
func (w *workload) grantChanges(grantee awsiam.IGrantable) {
	w.store.GrantRead(grantee)
	if home, ok := w.homeStore(); ok {
		home.GrantRead(grantee)
		home.GrantTransact(grantee)
		return
	}
	if w.alone() {
		w.store.GrantWrite(grantee)
		return
	}
	w.store.GrantTransact(grantee)
}

// CheckFunctions reports functions that have not been built.
func (s Settings) CheckFunctions() error {
	sources, err := filepath.Glob(filepath.Join("lambdas", "cmd", "*", "main.go"))
	if err != nil {
		return err
	}
	var missing []string
	for _, source := range sources {
		name := filepath.Base(filepath.Dir(source))
		if _, err := os.Stat(filepath.Join(s.Functions, name, "bootstrap")); errors.Is(err, fs.ErrNotExist) {
			missing = append(missing, name)
		} else if err != nil {
			return err
		}
	}
	if len(missing) > 0 {
		return fmt.Errorf("functions not built in %s: %s; run make functions", s.Functions, strings.Join(missing, ", "))
	}
	return nil
}
