package report

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// browse opens the report of the sample in headless Chromium and returns a context
// for it, and a function that returns what the console said.
func browse(t *testing.T, width, height int64, options ...chromedp.EmulateViewportOption) (ctx context.Context, console func() []string) {
	t.Helper()
	var chromium string
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			chromium = path
			break
		}
	}
	if chromium == "" {
		t.Fatal("missing: chromium; install Debian's package chromium and run the test again")
	}
	var b bytes.Buffer
	if err := HTML(&b, comparison(t)); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "index.html")
	if err := os.WriteFile(file, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	allocator := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(chromium), chromedp.NoSandbox, chromedp.WSURLReadTimeout(2*time.Minute))
	root, stop := chromedp.NewExecAllocator(t.Context(), allocator...)
	t.Cleanup(stop)
	ctx, cancel := chromedp.NewContext(root)
	t.Cleanup(cancel)
	ctx, expire := context.WithTimeout(ctx, 3*time.Minute)
	t.Cleanup(expire)
	said := make(chan string, 1000)
	chromedp.ListenTarget(ctx, func(event any) {
		switch e := event.(type) {
		case *runtime.EventConsoleAPICalled:
			said <- "console." + string(e.Type)
		case *runtime.EventExceptionThrown:
			said <- e.ExceptionDetails.Error()
		case *log.EventEntryAdded:
			said <- e.Entry.Text
		}
	})
	run(ctx, t, chromedp.EmulateViewport(width, height, options...), chromedp.Navigate("file://"+file), chromedp.WaitReady("footer"))
	return ctx, func() []string {
		var out []string
		for {
			select {
			case s := <-said:
				out = append(out, s)
			default:
				return out
			}
		}
	}
}

func run(ctx context.Context, t *testing.T, actions ...chromedp.Action) {
	t.Helper()
	if err := chromedp.Run(ctx, actions...); err != nil {
		t.Fatal(err)
	}
}

// evaluate returns what a script says in the page.
func evaluate[T any](ctx context.Context, t *testing.T, script string) T {
	t.Helper()
	var out T
	run(ctx, t, chromedp.Evaluate(script, &out))
	return out
}

// TestSliderInABrowser moves the slider by its keys and holds what the page then says
// to what --format json says.
func TestSliderInABrowser(t *testing.T) {
	var b bytes.Buffer
	if err := JSON(&b, comparison(t)); err != nil {
		t.Fatal(err)
	}
	var said struct {
		TradeOffs []struct {
			ID      string `json:"id"`
			Differs struct {
				Requests []float64   `json:"requests"`
				USD      [][]float64 `json:"usd"`
			} `json:"differs"`
		} `json:"trade_offs"`
	}
	if err := json.Unmarshal(b.Bytes(), &said); err != nil {
		t.Fatal(err)
	}
	curves := said.TradeOffs[0].Differs
	ctx, console := browse(t, 1280, 900)
	check := func(k int) {
		t.Helper()
		got := evaluate[[]string](ctx, t, `[...document.querySelectorAll("#front-door-differs .reader li output")].map((o) => o.textContent)`)
		for i, usd := range curves.USD {
			if want := Money(usd[k]); got[i] != want {
				t.Errorf("curve %d at %g requests reads %s, want %s", i, curves.Requests[k], got[i], want)
			}
		}
		if got, want := evaluate[string](ctx, t, `document.querySelector("#front-door-differs-requests").textContent`), Count(curves.Requests[k]); got != want {
			t.Errorf("the slider stands at %s, want %s", got, want)
		}
	}
	check(func() int {
		k := 0
		for i, n := range curves.Requests {
			if n == comparison(t).Columns[1].Requests {
				k = i
			}
		}
		return k
	}())
	before := evaluate[float64](ctx, t, `Number(document.querySelector("#front-door-differs-cursor").getAttribute("x1"))`)
	run(ctx, t, chromedp.Focus("#front-door-differs-slider"), chromedp.KeyEvent(kb.Home))
	check(0)
	run(ctx, t, chromedp.KeyEvent(kb.ArrowRight), chromedp.KeyEvent(kb.ArrowRight))
	check(2)
	if after := evaluate[float64](ctx, t, `Number(document.querySelector("#front-door-differs-cursor").getAttribute("x1"))`); !(after < before) {
		t.Errorf("the cursor went from %g to %g", before, after)
	}
	run(ctx, t, chromedp.KeyEvent(kb.End))
	check(len(curves.Requests) - 1)
	if lines := console(); len(lines) > 0 {
		t.Errorf("the console says %q", lines)
	}
}

func TestEvidenceLeadsSomewhereInABrowser(t *testing.T) {
	ctx, _ := browse(t, 1280, 900)
	lost := evaluate[[]string](ctx, t, `[...document.querySelectorAll("a[href]")].map((a) => a.getAttribute("href")).filter((h) => !h.startsWith("#") || !document.getElementById(h.slice(1)))`)
	if len(lost) > 0 {
		t.Errorf("links lead nowhere: %q", lost)
	}
	// A cell opens with the keyboard, and its source comes into view.
	run(ctx, t, chromedp.Evaluate(`document.querySelector("details.ev summary:has(+ ul a)").focus()`, nil), chromedp.KeyEvent(kb.Enter))
	target := evaluate[string](ctx, t, `document.querySelector("details.ev[open] a").getAttribute("href")`)
	run(ctx, t, chromedp.Evaluate(`document.querySelector("details.ev[open] a").click()`, nil))
	if got := evaluate[string](ctx, t, `"#" + document.querySelector(":target").id`); got != target || !strings.HasPrefix(got, "#source-") {
		t.Errorf("the link %s led to %s", target, got)
	}
}

// TestPhone: the page itself never scrolls sideways, and what matters first is not cut.
func TestPhone(t *testing.T) {
	ctx, console := browse(t, 390, 844, chromedp.EmulateMobile, chromedp.EmulateTouch)
	if wide := evaluate[float64](ctx, t, `document.documentElement.scrollWidth`); wide > 390 {
		cause := evaluate[[]string](ctx, t, `[...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > 391 && !e.closest(".scroll")).slice(0, 5).map((e) => e.tagName + "." + e.className)`)
		t.Errorf("the page is %g wide on a phone of 390: %q", wide, cause)
	}
	if right := evaluate[float64](ctx, t, `document.querySelector("table.loads").getBoundingClientRect().right`); right > 390 {
		t.Errorf("the load ends at %g of 390", right)
	}
	if first := evaluate[float64](ctx, t, `document.querySelector(".figures dd").getBoundingClientRect().top`); first > 844 {
		t.Errorf("the first figure is at %g, below the first screen", first)
	}
	if lines := console(); len(lines) > 0 {
		t.Errorf("the console says %q", lines)
	}
}

// contrast is the least contrast of the page's texts with what lies behind them (WCAG
// 2.2, 1.4.3).
const contrast = `(() => {
	const parse = (c) => c.match(/[\d.]+/g).map(Number);
	const light = (c) => { const [r, g, b] = parse(c).map((v) => { v /= 255; return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; }); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
	const behind = (e) => { for (; e; e = e.parentElement) { const c = getComputedStyle(e).backgroundColor; if (parse(c)[3] !== 0) return c; } return "rgb(255, 255, 255)"; };
	let least = 21;
	for (const e of document.querySelectorAll("h1, h2, p, th, td, a, summary, li, dt, dd, figcaption, .tag")) {
		if (!e.textContent.trim()) continue;
		const a = light(getComputedStyle(e).color), b = light(behind(e));
		least = Math.min(least, (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05));
	}
	return least;
})()`

func TestTextIsReadableInLightAndDark(t *testing.T) {
	ctx, _ := browse(t, 1280, 900)
	var papers []string
	for _, scheme := range []string{"light", "dark"} {
		run(ctx, t, emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}))
		papers = append(papers, evaluate[string](ctx, t, `getComputedStyle(document.body).backgroundColor`))
		if least := evaluate[float64](ctx, t, contrast); least < 4.5 {
			t.Errorf("%s: a text has a contrast of %.2f, want 4.5", scheme, least)
		}
	}
	if papers[0] == papers[1] {
		t.Errorf("dark mode has the paper of light mode, %s", papers[0])
	}
}

// TestWhatAScreenReaderHears walks the accessibility tree.
func TestWhatAScreenReaderHears(t *testing.T) {
	ctx, _ := browse(t, 1280, 900)
	// Read here, since browsers know more properties than the library does.
	type value struct {
		Value any `json:"value"`
	}
	var tree struct {
		Nodes []struct {
			Ignored bool  `json:"ignored"`
			Role    value `json:"role"`
			Name    value `json:"name"`
		} `json:"nodes"`
	}
	run(ctx, t, chromedp.ActionFunc(func(ctx context.Context) error {
		return cdp.Execute(ctx, accessibility.CommandGetFullAXTree, nil, &tree)
	}))
	count := map[string]int{}
	for _, n := range tree.Nodes {
		if n.Ignored {
			continue
		}
		role, _ := n.Role.Value.(string)
		count[role]++
		switch role {
		case "image", "img", "slider", "region", "navigation", "link", "heading":
			if n.Name.Value == "" || n.Name.Value == nil {
				t.Errorf("a %s has no name", role)
			}
		}
	}
	for role, least := range map[string]int{"main": 1, "navigation": 1, "heading": 15, "table": 5, "slider": 2, "link": 15} {
		if count[role] < least {
			t.Errorf("%d of role %s, want %d or more", count[role], role, least)
		}
	}
	// The first stop of the keyboard leads past the contents.
	run(ctx, t, chromedp.KeyEvent(kb.Tab))
	if got := evaluate[string](ctx, t, `document.activeElement.getAttribute("href")`); got != "#main" {
		t.Errorf("the first stop is %q", got)
	}
}

func TestPaper(t *testing.T) {
	ctx, _ := browse(t, 1280, 900)
	var pdf []byte
	run(ctx, t, chromedp.ActionFunc(func(ctx context.Context) (err error) {
		pdf, _, err = cdppage.PrintToPDF().WithPaperWidth(8.27).WithPaperHeight(11.69).Do(ctx)
		return err
	}))
	if !bytes.HasPrefix(pdf, []byte("%PDF-")) || len(pdf) < 50_000 {
		t.Errorf("%d bytes that begin %.8q", len(pdf), pdf)
	}
	run(ctx, t, emulation.SetEmulatedMedia().WithMedia("print"))
	if shown := evaluate[float64](ctx, t, `[...document.querySelectorAll("nav, .reader, .skip")].filter((e) => e.getClientRects().length > 0).length`); shown != 0 {
		t.Errorf("%g things that do nothing on paper are printed", shown)
	}
	if open := evaluate[bool](ctx, t, `[...document.querySelectorAll("details[data-print]")].every((d) => d.open)`); !open {
		t.Error("tables stay closed on paper")
	}
}
