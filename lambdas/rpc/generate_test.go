package rpc_test

import (
	"bytes"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/bufbuild/protocompile"
	"github.com/bufbuild/protocompile/linker"
	"github.com/bufbuild/protocompile/protoutil"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/pluginpb"
)

var update = flag.Bool("update", false, "rewrite the generated code")

const (
	definition = "dinner.proto"
	generated  = "dinnerv1/dinner.pb.go"
)

// TestGeneratedCodeIsCurrent compiles the definition and has the generator that
// go.mod pins make the code anew.
func TestGeneratedCodeIsCurrent(t *testing.T) {
	compiler := protocompile.Compiler{
		Resolver:       protocompile.WithStandardImports(&protocompile.SourceResolver{ImportPaths: []string{"dinnerv1"}}),
		SourceInfoMode: protocompile.SourceInfoStandard, // comments go along
	}
	compiled, err := compiler.Compile(t.Context(), definition)
	if err != nil {
		t.Fatal(err)
	}
	request := &pluginpb.CodeGeneratorRequest{
		FileToGenerate: []string{definition},
		Parameter:      proto.String("paths=source_relative"),
		ProtoFile:      withImports(compiled[0]),
	}
	in, err := proto.Marshal(request)
	if err != nil {
		t.Fatal(err)
	}
	generator := exec.CommandContext(t.Context(), "go", "tool", "protoc-gen-go")
	generator.Stdin, generator.Stderr = bytes.NewReader(in), os.Stderr
	out, err := generator.Output()
	if err != nil {
		t.Fatal(err)
	}
	var response pluginpb.CodeGeneratorResponse
	if err := proto.Unmarshal(out, &response); err != nil {
		t.Fatal(err)
	}
	if response.Error != nil || len(response.File) != 1 {
		t.Fatalf("generator: %d files, %s", len(response.File), response.GetError())
	}
	want := []byte(response.File[0].GetContent())
	if *update {
		if err := os.WriteFile(generated, want, 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	got, err := os.ReadFile(filepath.FromSlash(generated))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s is stale: run go test ./lambdas/rpc -update", generated)
	}
}

// withImports returns the descriptors of what a file imports and its own, last.
func withImports(file linker.File) []*descriptorpb.FileDescriptorProto {
	var list []*descriptorpb.FileDescriptorProto
	imports := file.Imports()
	for i := range imports.Len() {
		list = append(list, protoutil.ProtoFromFileDescriptor(imports.Get(i).FileDescriptor))
	}
	return append(list, protoutil.ProtoFromFileDescriptor(protoreflect.FileDescriptor(file)))
}
