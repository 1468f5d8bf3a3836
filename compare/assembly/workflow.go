package assembly

import "encoding/json"

// Straight counts the tasks and the states on the way through a definition on which
// nothing fails and nothing is refused: from the start by Next, and by Default at a
// Choice.
func Straight(definition string) (tasks, states int) {
	var machine struct {
		StartAt string
		States  map[string]struct{ Type, Next, Default string }
	}
	if json.Unmarshal([]byte(definition), &machine) != nil {
		return 0, 0
	}
	for name := machine.StartAt; name != "" && states <= len(machine.States); {
		s, ok := machine.States[name]
		if !ok {
			break
		}
		states++
		if s.Type == "Task" {
			tasks++
		}
		name = s.Next
		if s.Type == "Choice" {
			name = s.Default
		}
	}
	return tasks, states
}
