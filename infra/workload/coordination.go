package workload

import (
	"path/filepath"
	"time"

	"fulcrum/constructs/workflow"
	"fulcrum/design"
	"fulcrum/design/role"
)

// functionReservation does the steps of the state machine whose definition lies
// with them.
const functionReservation = "reservation"

var reservationMachine = filepath.Join("lambdas", "saga", "reservation.asl.json")

// stepTimeout is what one step may take: as long as the machine waits for it.
const stepTimeout = 3 * time.Second

// saga returns the state machine that makes reservations, defining it on first use;
// nil with choreography, where one transaction makes them.
func (w *workload) saga() *workflow.Workflow {
	if w.Blueprint["coordination"] != "orchestration" {
		return nil
	}
	if w.reservations != nil {
		return w.reservations
	}
	steps := w.program(functionReservation, "Reservation", stepTimeout, role.Step, w.storeEnvironment())
	w.grantChanges(steps)
	w.letSeal(steps)
	w.reservations = workflow.New(w.stack, "Saga", workflow.Props{
		Definition: reservationMachine,
		Operation:  "Reserve Seat",
		Steps:      steps,
		Key:        w.key(w.Design.Aggregates[0].DataClass),
		LogKey:     w.key(design.Telemetry),
		LogDays:    w.class(design.Telemetry).RetentionDays,
		Alarms:     w.alarms,
		Sandbox:    w.Settings.Sandbox,
	})
	if w.private() {
		w.network().Reach(workflow.Interfaces()...)
	}
	return w.reservations
}
