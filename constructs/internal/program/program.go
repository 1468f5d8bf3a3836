// Package program checks a compiled program and its environment before servers
// are defined that would only fail to start with them.
package program

import (
	"debug/buildinfo"
	"debug/elf"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"fulcrum/constructs/internal/props"
)

// Name is what the executable file is called.
const Name = "bootstrap"

// Check adds to found what is wrong with the program in directory: it must be
// there, be executable and, if it is a binary, be for Linux on arm64.
func Check(found *props.Problems, directory string) {
	if directory == "" {
		found.Required(false, "Directory")
		return
	}
	path := filepath.Join(directory, Name)
	info, err := os.Stat(path)
	if err != nil {
		found.Check(false, "Directory", "no program at %s; build the functions first", path)
		return
	}
	found.Check(info.Mode()&0o111 != 0, "Directory", "%s is not executable", path)
	binary, err := elf.Open(path)
	if err != nil {
		return // a script
	}
	defer func() { _ = binary.Close() }() // opened for reading
	found.Check(binary.Machine == elf.EM_AARCH64, "Directory",
		"%s is compiled for %v; build it with GOOS=linux GOARCH=arm64", path, binary.Machine)
}

// authorities is the module that compiles certificate authorities into a program.
const authorities = "golang.org/x/crypto/x509roots/fallback"

// LacksAuthorities says whether the program in directory is written in Go and
// compiled without certificate authorities, so that it looks for a file of them.
func LacksAuthorities(directory string) bool {
	info, err := buildinfo.ReadFile(filepath.Join(directory, Name))
	if err != nil {
		return false // not written in Go, or not there
	}
	for _, module := range info.Deps {
		if module.Path == authorities {
			return false
		}
	}
	return true
}

var variable = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// CheckEnvironment adds to found the variables that cannot be handed to a program
// as they are, and those among reserved, which the server sets itself.
func CheckEnvironment(found *props.Problems, environment map[string]string, reserved ...string) {
	for _, name := range Sorted(environment) {
		field := "Environment[" + name + "]"
		found.Check(variable.MatchString(name), field, "not a variable's name; use letters, digits and underscores, no digit first")
		found.Check(!slices.Contains(reserved, name), field, "is set for the program; choose another name")
		found.Check(!strings.ContainsAny(environment[name], "\"\\\n\r\x00"), field, "%q has a quote, a backslash or a line break, which not every server hands on", environment[name])
	}
}

// Sorted returns the names of environment in order.
func Sorted(environment map[string]string) []string {
	names := make([]string, 0, len(environment))
	for name := range environment {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// CheckPort adds a problem unless port is one that a program without rights of an
// administrator may listen on.
func CheckPort(found *props.Problems, field string, port int) {
	found.Check(port == 0 || port >= 1024 && port < 1<<16, field,
		"%d is not from 1024 to 65535, the ports a program without privileges may listen on", port)
}

// CheckBounds adds a problem unless servers can be between least and most.
func CheckBounds(found *props.Problems, least, most int, names [2]string, spare int) {
	found.Check(least >= 2, names[0], "%d is fewer than 2, one for each of two Availability Zones", least)
	found.Check(most >= least+spare, names[1], "%d is less than %s", most, wanted(names[0], spare))
}

func wanted(name string, spare int) string {
	if spare == 0 {
		return name
	}
	return fmt.Sprintf("%s and %d more, which a deployment starts first", name, spare)
}
