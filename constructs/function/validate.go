package function

import (
	"debug/elf"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"fulcrum/constructs/internal/props"
)

const maxEnvironment = 4096 // bytes, https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html

var (
	variableName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]+$`)
	logLevels    = []string{"TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"}
	// reserved are names that Lambda sets itself.
	// https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
	reserved = []string{"AWS_REGION", "AWS_ACCESS_KEY", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "_HANDLER"}
)

// Validate reports every problem of p, or nil.
func (p Props) Validate() error {
	var found props.Problems
	checkProgram(&found, p.Directory)
	found.Required(p.Service != "", "Service")
	found.Required(p.Key != nil, "Key")
	found.Check(p.MemoryMB == 0 || p.MemoryMB >= 128 && p.MemoryMB <= 10240, "MemoryMB",
		"%d is not from 128 to 10240; leave it out for %d", p.MemoryMB, defaultMemoryMB)
	found.Check(p.Timeout == 0 || p.Timeout >= time.Second && p.Timeout <= 15*time.Minute && p.Timeout%time.Second == 0, "Timeout",
		"%v is not whole seconds from 1s to 15m; leave it out for %v", p.Timeout, defaultTimeout)
	found.Check(p.ReservedConcurrency >= 0, "ReservedConcurrency",
		"%d is negative; leave it out for no bound", p.ReservedConcurrency)
	found.Check(p.LogDays >= 0, "LogDays", "%d is negative; leave it out for %d", p.LogDays, defaultLogDays)
	found.Check(p.LogLevel == "" || slices.Contains(logLevels, p.LogLevel), "LogLevel",
		"%q is not one of %s", p.LogLevel, strings.Join(logLevels, ", "))

	size := 0
	for _, name := range sorted(p.Environment) {
		size += len(name) + len(p.Environment[name])
		field := "Environment[" + name + "]"
		found.Check(variableName.MatchString(name), field, "not a name Lambda takes; use letters, digits and underscores, a letter first")
		found.Check(!slices.Contains(reserved, name), field, "Lambda sets this one itself; choose another name")
	}
	found.Check(size <= maxEnvironment, "Environment", "%d bytes are more than the %d Lambda takes; keep large values elsewhere", size, maxEnvironment)
	return found.Err()
}

// checkProgram finds out now what would otherwise fail in the first call, on AWS.
func checkProgram(found *props.Problems, directory string) {
	if directory == "" {
		found.Required(false, "Directory")
		return
	}
	program := filepath.Join(directory, "bootstrap")
	info, err := os.Stat(program)
	if err != nil {
		found.Check(false, "Directory", "no program at %s; build the functions first", program)
		return
	}
	found.Check(info.Mode()&0o111 != 0, "Directory", "%s is not executable", program)
	binary, err := elf.Open(program)
	if err != nil {
		// A script may start a runtime of its own.
		return
	}
	defer func() { _ = binary.Close() }() // opened for reading
	found.Check(binary.Machine == elf.EM_AARCH64, "Directory",
		"%s is compiled for %v; build it with GOOS=linux GOARCH=arm64", program, binary.Machine)
}

func sorted(environment map[string]string) []string {
	names := make([]string, 0, len(environment))
	for name := range environment {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
