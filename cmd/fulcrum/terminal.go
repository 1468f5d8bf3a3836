package main

import (
	"io"
	"os"
	"strings"

	"golang.org/x/term"

	"fulcrum/compare/report"
)

// terminal says how wide w is and whether it may be coloured (https://no-color.org), if
// it is a terminal.
func terminal(w io.Writer) report.TextOptions {
	file, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) {
		return report.TextOptions{}
	}
	width, _, err := term.GetSize(int(file.Fd()))
	if err != nil || width == 0 { // one that does not say
		width = report.Width
	}
	return report.TextOptions{Color: os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb", Width: width}
}

// fitted writes a text so that it fits w if that is a terminal. write is told how many
// columns there are, 0 if w is none.
func fitted(w io.Writer, write func(w io.Writer, width int) error) error {
	var text strings.Builder
	if err := write(&text, terminal(w).Columns()); err != nil {
		return err
	}
	return fittedText(w, text.String())
}

// fittedText writes a text that is the same for every width so that it fits w.
func fittedText(w io.Writer, text string) error {
	_, err := io.WriteString(w, terminal(w).Fold(text))
	return err
}
