package faults

// broken breaks one thing on purpose, to show that a run sees it.
type broken struct {
	// writesWithoutCondition stores a dinner whatever was written since it was read.
	writesWithoutCondition bool
	// eventsWrittenApart lets a process end between the dinner and its events.
	eventsWrittenApart bool
	// callsForgotten records no call, so that a repeated one is done again.
	callsForgotten bool
	// pipeDropsFailed goes on after a batch that failed.
	pipeDropsFailed bool
	// queueForgetsReceived deletes messages when they are received.
	queueForgetsReceived bool
	// noDeadLetters drops what was received too often.
	noDeadLetters bool
	// consumerSwallowsErrors says done when it failed.
	consumerSwallowsErrors bool
	// consumerMarksNothing does not note which events it applied.
	consumerMarksNothing bool
	// projectionIgnoresVersions takes the event that came last for the last event.
	projectionIgnoresVersions bool
	// inboxesRemember keeps the inboxes of forgotten guests.
	inboxesRemember bool
	// writerSwallowsErrors says done of a command when it failed.
	writerSwallowsErrors bool
	// writerBuriesNothing drops what the writer gives up.
	writerBuriesNothing bool
	// writerIgnoresGroups goes on with a dinner's commands after one that failed.
	writerIgnoresGroups bool
	// mergesWithoutCondition writes commands as one whatever was written since they were
	// judged.
	mergesWithoutCondition bool
	// sagaReleasesNothing lets the machine believe that a seat was given back.
	sagaReleasesNothing bool
	// nothingIsSentOn keeps events on the bus that they came onto.
	nothingIsSentOn bool
	// itemsWithoutCondition writes dinners that were written meanwhile.
	itemsWithoutCondition bool
	// outboxTakesOutTooMuch takes events out of an outbox that the bus refused.
	outboxTakesOutTooMuch bool
	// outboxTakesOutNothing leaves events in an outbox for ever.
	outboxTakesOutNothing bool
	// readerDropsFailed goes on after a batch of the stream that failed.
	readerDropsFailed bool
	// outboxIsNotShownAgain repairs no dead letter of the stream's.
	outboxIsNotShownAgain bool
	// itemsForgetCalls keeps no call in a dinner's item.
	itemsForgetCalls bool
	// itemsKeepFewCalls keeps only the last ones.
	itemsKeepFewCalls bool
	// claimsAreNotVoided lets a dinner be written whose call another has taken over.
	claimsAreNotVoided bool
	// theDoorStaysOpen lets in whoever asked to be forgotten.
	theDoorStaysOpen bool
	// keysOutliveTheirPersons destroys no key.
	keysOutliveTheirPersons bool
}
