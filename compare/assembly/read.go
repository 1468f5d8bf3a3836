package assembly

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
)

// MaxFileBytes is the largest manifest or template that is read. CloudFormation
// itself takes no template above 1 MB.
const MaxFileBytes = 16 << 20

// maxDepth bounds how deep assemblies and stacks may be nested.
const maxDepth = 8

// Read reads the assembly in the directory dir. The error joins one line for each
// problem found, each naming the file.
func Read(dir string) (*Assembly, error) {
	info, err := os.Stat(dir)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil, fmt.Errorf("%s: no such directory; synthesize first, or name a cdk.out with --assembly", dir)
	case err != nil:
		return nil, fmt.Errorf("%s: cannot be read: %w", dir, reason(err))
	case !info.IsDir():
		return nil, fmt.Errorf("%s: not a directory; name the cdk.out directory that cdk synth wrote", dir)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("%s: cannot be read: %w", dir, reason(err))
	}
	defer root.Close() //nolint:errcheck // opened for reading only
	rd := &reader{root: root, dir: dir}
	rd.manifest("", 0)
	if len(rd.problems) == 0 && len(rd.stacks) == 0 {
		rd.problem("manifest.json", "holds no stack; synthesize an app that has one")
	}
	if len(rd.problems) > 0 {
		return nil, errors.Join(rd.problems...)
	}
	slices.SortStableFunc(rd.stacks, func(a, b *Stack) int { return cmp.Compare(a.Name, b.Name) })
	return &Assembly{Dir: dir, Stacks: rd.stacks}, nil
}

type reader struct {
	root     *os.Root
	dir      string
	stacks   []*Stack
	problems []error
}

func (rd *reader) problem(file, format string, args ...any) {
	rd.problems = append(rd.problems, fmt.Errorf("%s: "+format, append([]any{path.Join(rd.dir, file)}, args...)...))
}

type manifest struct {
	Version   string              `json:"version"`
	Artifacts map[string]artifact `json:"artifacts"`
}

type artifact struct {
	Type        string `json:"type"`
	Environment string `json:"environment"`
	Properties  struct {
		TemplateFile  string `json:"templateFile"`
		StackName     string `json:"stackName"`
		DirectoryName string `json:"directoryName"`
	} `json:"properties"`
}

// manifest reads the manifest of the assembly in the folder in, relative to root.
func (rd *reader) manifest(in string, depth int) {
	file := path.Join(in, "manifest.json")
	data, ok := rd.file(file)
	if !ok {
		return
	}
	var m manifest
	if err := decode(data, &m); err != nil {
		rd.problem(file, "%v; it is not the manifest of a cloud assembly", err)
		return
	}
	if m.Version == "" {
		rd.problem(file, `has no "version"; it is not the manifest of a cloud assembly`)
		return
	}
	ids := keys(m.Artifacts)
	stacks := make([]reader, len(ids)) // read several at once, put together in order
	var group sync.WaitGroup
	slots := make(chan struct{}, runtime.GOMAXPROCS(0))
	for i, id := range ids {
		a := m.Artifacts[id]
		switch a.Type {
		case "aws:cloudformation:stack":
			stacks[i] = reader{root: rd.root, dir: rd.dir}
			slots <- struct{}{}
			group.Go(func() {
				defer func() { <-slots }()
				stacks[i].stack(in, file, id, a)
			})
		case "cdk:cloud-assembly":
			switch sub := path.Join(in, a.Properties.DirectoryName); {
			case a.Properties.DirectoryName == "":
				rd.problem(file, "artifact %q names no directoryName", id)
			case depth >= maxDepth:
				rd.problem(file, "artifact %q is nested more than %d assemblies deep", id, maxDepth)
			default:
				rd.manifest(sub, depth+1)
			}
		}
	}
	group.Wait()
	for _, one := range stacks {
		rd.stacks, rd.problems = append(rd.stacks, one.stacks...), append(rd.problems, one.problems...)
	}
}

func (rd *reader) stack(in, manifest, id string, a artifact) {
	if a.Properties.TemplateFile == "" {
		rd.problem(manifest, "stack %q names no templateFile", id)
		return
	}
	file := path.Join(in, a.Properties.TemplateFile)
	data, ok := rd.file(file)
	if !ok {
		return
	}
	s, err := Parse(data)
	if err != nil {
		rd.problem(file, "%v", err)
		return
	}
	s.Name, s.File = cmp.Or(a.Properties.StackName, id), file
	if _, region, ok := environment(a.Environment); ok && s.Region == "" {
		s.Region = region
	}
	rd.nested(s, in, "", s.Resources, 0)
	s.index()
	rd.stacks = append(rd.stacks, s)
}

// nested reads the templates of the nested stacks among resources and adds what
// they define to s.
func (rd *reader) nested(s *Stack, in, before string, resources []*Resource, depth int) {
	for _, r := range resources {
		name, _ := r.Metadata["aws:asset:path"].(string)
		if r.Type != "AWS::CloudFormation::Stack" || name == "" {
			continue
		}
		file := path.Join(in, name)
		if depth >= maxDepth {
			rd.problem(file, "is nested more than %d stacks deep", maxDepth)
			continue
		}
		data, ok := rd.file(file)
		if !ok {
			continue
		}
		inner, err := Parse(data)
		if err != nil {
			rd.problem(file, "%v", err)
			continue
		}
		s.Bytes += inner.Bytes
		ids := before + r.ID + "/"
		children := inner.Resources
		rd.nested(s, in, ids, children, depth+1)
		for _, c := range children {
			c.ID = ids + c.ID
			for i := range c.Refers {
				c.Refers[i] = ids + c.Refers[i]
			}
		}
		s.Resources = append(s.Resources, children...)
	}
}

// file reads a file of the assembly, or notes why it cannot.
func (rd *reader) file(name string) ([]byte, bool) {
	if !filepath.IsLocal(name) {
		rd.problem(name, "lies outside the assembly; only files inside it are read")
		return nil, false
	}
	info, err := rd.root.Stat(name)
	switch {
	case errors.Is(err, os.ErrNotExist):
		rd.problem(name, "is missing; synthesize again")
	case err != nil:
		rd.problem(name, "cannot be read: %v", reason(err))
	case !info.Mode().IsRegular():
		rd.problem(name, "is not a regular file")
	case info.Size() > MaxFileBytes:
		rd.problem(name, "is %d MB; at most %d MB are read, and CloudFormation takes no template above 1 MB", info.Size()>>20, MaxFileBytes>>20)
	default:
		data, err := rd.readAll(name)
		if err == nil {
			return data, true
		}
		rd.problem(name, "cannot be read: %v", reason(err))
	}
	return nil, false
}

func (rd *reader) readAll(name string) ([]byte, error) {
	f, err := rd.root.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close() //nolint:errcheck // opened for reading only
	return io.ReadAll(io.LimitReader(f, MaxFileBytes))
}

// environment splits "aws://account/region"; ok is false where the region is open.
func environment(s string) (account, region string, ok bool) {
	account, region, ok = strings.Cut(strings.TrimPrefix(s, "aws://"), "/")
	return account, region, ok && region != "unknown-region"
}

// reason strips from a file error the path, which the message already has.
func reason(err error) error {
	if pe := (*os.PathError)(nil); errors.As(err, &pe) {
		return pe.Err
	}
	return err
}

// decode decodes one JSON value and says in one line what is wrong with it.
func decode(data []byte, into any) error {
	err := json.Unmarshal(data, into)
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case err == nil:
		return nil
	case len(strings.TrimSpace(string(data))) == 0:
		return errors.New("is empty")
	case errors.As(err, &syntax) && syntax.Offset >= int64(len(data)):
		return fmt.Errorf("is not JSON: it ends too early, after %d bytes", len(data))
	case errors.As(err, &syntax):
		return fmt.Errorf("is not JSON: %w, in line %d", syntax, 1+strings.Count(string(data[:syntax.Offset]), "\n"))
	case errors.As(err, &kind):
		return fmt.Errorf("holds %s where %s should be", article(kind.Value), cmp.Or(kind.Field, "an object"))
	}
	return err
}

// article puts the article before what JSON calls a kind of value: "array 1".
func article(kind string) string {
	if strings.HasPrefix(kind, "a") || strings.HasPrefix(kind, "o") {
		return "an " + kind
	}
	return "a " + kind
}

func keys[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}
