// Command schema reads dashboards as strictly as Grafana's own schema has it: a field, an option of a panel or a query that
// the schema does not know is an error, and so is a value of the wrong kind.
//
//	go run . ../../../../ops/grafana/dashboards/*.json
package main

import (
	"fmt"
	"os"

	"github.com/grafana/grafana-foundation-sdk/go/cog/plugins"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

func main() {
	plugins.RegisterDefaultPlugins()
	failed := false
	for _, path := range os.Args[1:] {
		for _, fault := range faults(path) {
			failed = true
			fmt.Printf("%s: %s\n", path, fault)
		}
	}
	if failed {
		os.Exit(1)
	}
}

func faults(path string) []string {
	raw, err := os.ReadFile(path)
	if err != nil {
		return []string{err.Error()}
	}
	board := dashboard.Dashboard{}
	found := []string{}
	for _, err := range []error{board.UnmarshalJSONStrict(raw), board.Validate()} {
		// The SDK returns an error without text where there is none.
		if err != nil && err.Error() != "" {
			found = append(found, err.Error())
		}
	}
	return found
}
