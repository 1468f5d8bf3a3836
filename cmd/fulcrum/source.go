package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/spf13/cobra"

	"fulcrum"
	"fulcrum/compare"
	"fulcrum/compare/assembly"
	"fulcrum/design"
	"fulcrum/design/nearest"
)

// source says what is compared: an assembly, a design and prices.
type source struct {
	assembly, design, prices string
	freeTier                 bool
}

// addSourceFlags defines the flags of a source.
func addSourceFlags(c *cobra.Command, s *source) {
	addAssemblyFlag(c, &s.assembly)
	addLoadFlag(c, &s.design)
	c.Flags().StringVar(&s.prices, "prices", "", "lay a price book, a CSV `FILE`, over the built-in prices")
	c.Flags().BoolVar(&s.freeTier, "free-tier", false, "apply the permanent free allowances, as if each stack were alone in its account")
}

// addAssemblyFlag defines the flag that names the directory of an assembly.
func addAssemblyFlag(c *cobra.Command, dir *string) {
	c.Flags().StringVar(dir, "assembly", "cdk.out", "the cloud assembly to read, a `DIRECTORY` that any CDK app wrote")
}

// designFile is the design that is read where none is named.
const designFile = "design.yaml"

// addDesignFlag defines the flag that names the design's file.
func addDesignFlag(c *cobra.Command, path *string) {
	c.Flags().StringVar(path, "design", designFile, "the design to read, a `FILE`")
}

// addLoadFlag defines the flag that names the design whose load stacks carry; it stays
// empty if none is named.
func addLoadFlag(c *cobra.Command, path *string) {
	c.Flags().StringVar(path, "design", "", "the `FILE` of the design whose load the stacks carry (default "+designFile+", or a built-in one for another app's stacks)")
}

// load is the design whose load stacks carry.
type load struct {
	*design.Design
	// file is where it was read, note what to say of one that is built in.
	file, note string
}

// readLoad reads the design at path, or the one that lies here if path is empty. Where
// none lies here, stacks of another app carry the load of the design that this program
// was built with, and nothing else of it: its needs, promises and places are not theirs.
// It asks nothing of an assembly that could not be read, which is nil.
func readLoad(path string, a *assembly.Assembly) (load, error) {
	named := path != ""
	if !named {
		path = designFile
	}
	d, err := design.Read(path)
	if !errors.Is(err, os.ErrNotExist) {
		return load{Design: d, file: path}, err
	}
	switch {
	case named:
		return load{}, err
	case a == nil:
		return load{}, nil
	case slices.ContainsFunc(a.Stacks, func(s *assembly.Stack) bool { return s.System != "" }):
		return load{}, fmt.Errorf("%w; name the design that the stacks were synthesized from with --design", err)
	}
	if d, err = design.Parse("the built-in design", fulcrum.Design); err != nil {
		return load{}, err
	}
	note := fmt.Sprintf("There is no %s here: the stacks carry the load of the built-in design, %s, without its needs, service levels and places of data. Name a design of your own with --design.", designFile, d.System)
	d.System = "built-in load of " + d.System
	d.Needs, d.Choices, d.ServiceLevels = nil, nil, design.ServiceLevels{}
	for i := range d.DataClasses {
		d.DataClasses[i].Residency = nil
	}
	return load{Design: d, file: "the built-in design", note: note}, nil
}

// sayNote says what is to be known of a load, if there is anything.
func sayNote(w io.Writer, note string) {
	if note != "" {
		_, _ = fmt.Fprintln(w, note)
	}
}

// compare reads the source and compares its stacks. All problems of the three
// files are reported at once.
func (s source) compare(o compare.Options) (compare.Comparison, error) {
	a, assemblyErr := assembly.Read(s.assembly)
	d, designErr := readLoad(s.design, a)
	book, bookErr := readBook(s.prices)
	if err := errors.Join(assemblyErr, designErr, bookErr); err != nil {
		return compare.Comparison{}, err
	}
	if err := sameDesign(a, d, s.assembly); err != nil {
		return compare.Comparison{}, err
	}
	for _, name := range o.Stacks {
		if _, ok := a.Stack(name); !ok {
			return compare.Comparison{}, nearest.Unknown("stack", name, a.Names())
		}
	}
	o.Prices.FreeTier = s.freeTier
	c := compare.Of(a, d.Design, book, o)
	c.Note = d.note
	return c, nil
}

// sameDesign reports stacks that were synthesized from the design of another system, or
// of this one for another Region than it names now: their figures would go under the
// wrong heading. Parts of an option and stacks of other apps may go anywhere.
func sameDesign(a *assembly.Assembly, d load, dir string) error {
	for _, stack := range a.Stacks {
		if stack.System != "" && stack.System != d.System {
			return fmt.Errorf("%s: %s was synthesized from the design of %s, and %s is of %s; run make to synthesize from it, or name the other with --design", dir, stack.Name, stack.System, d.file, d.System)
		}
		if stack.System == d.System && stack.Of == "" && stack.Region != "" && stack.Region != d.Region {
			return fmt.Errorf("%s: %s was synthesized for %s, and %s says %s; run make to synthesize it again", dir, stack.Name, stack.Region, d.file, d.Region)
		}
	}
	return nil
}
