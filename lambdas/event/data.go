package event

import (
	"encoding/json"
	"fmt"
)

// DataOf returns the event's data as a T, of the contract with the given version.
func DataOf[T any](e Event, contract int) (T, error) {
	var data T
	var c Contract
	if err := json.Unmarshal(e.Data, &c); err != nil {
		return data, fmt.Errorf("data of %s %s: %w", e.Type, e.ID, err)
	}
	if c.Contract != contract {
		return data, fmt.Errorf("data of %s %s has contract %d, this consumer knows %d", e.Type, e.ID, c.Contract, contract)
	}
	if err := json.Unmarshal(e.Data, &data); err != nil {
		return data, fmt.Errorf("data of %s %s: %w", e.Type, e.ID, err)
	}
	return data, nil
}
