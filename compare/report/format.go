package report

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Money writes an amount of a month with cents, and thousands apart: "$3,102.30".
func Money(usd float64) string {
	s := strconv.FormatFloat(math.Abs(usd), 'f', 2, 64)
	whole, cents, _ := strings.Cut(s, ".")
	sign := ""
	if usd < 0 && s != "0.00" {
		sign = "−"
	}
	return sign + "$" + thousands(whole) + "." + cents
}

// Unit writes a unit price with the digits it has: "$0.0000035".
func Unit(usd float64) string {
	s := strconv.FormatFloat(usd, 'f', 12, 64)
	s = strings.TrimRight(s, "0")
	if i := strings.Index(s, "."); len(s)-i < 3 {
		s += strings.Repeat("0", 3-len(s)+i)
	}
	return "$" + s
}

// Count writes a number as a reader says it: "12 M", "1.5 k", "685".
func Count(n float64) string {
	for _, u := range []struct {
		size float64
		name string
	}{{1e12, " T"}, {1e9, " G"}, {1e6, " M"}, {1e4, " k"}} {
		if n >= u.size {
			size := u.size
			if u.size == 1e4 {
				size = 1e3
			}
			return digits(n/size) + u.name
		}
	}
	if n >= 1000 {
		return thousands(strconv.FormatFloat(math.Round(n), 'f', 0, 64))
	}
	return digits(n)
}

// Bytes writes a size as AWS's meters count it: "512 KB".
func Bytes(n float64) string {
	switch {
	case n >= 1<<20:
		return digits(n/(1<<20)) + " MB"
	case n >= 1<<10:
		return digits(n/(1<<10)) + " KB"
	}
	return digits(n) + " B"
}

// digits writes a number with three digits that count, without trailing zeros.
func digits(f float64) string {
	decimals := 0
	switch {
	case f < 1:
		return strconv.FormatFloat(f, 'g', 2, 64)
	case f < 10:
		decimals = 2
	case f < 100:
		decimals = 1
	}
	s := strconv.FormatFloat(f, 'f', decimals, 64)
	if strings.Contains(s, ".") {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	return s
}

// Percent writes a share of one with the digits that matter near one: "99.89 %". Less
// than all is not rounded to "100 %".
func Percent(share float64) string {
	text := fmt.Sprintf("%.5g", share*100)
	if text == "100" && share < 1 {
		text = fmt.Sprintf("%.6g", math.Floor(share*1e6)/1e4)
	}
	return text + " %"
}

func thousands(whole string) string {
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	return whole
}
