package boot

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"time"
)

// maxLameDuck is the longest that a server may go on, in seconds: ECS waits for 120 s
// at most before it kills a task.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html#container_definition_timeouts
const maxLameDuck = 120

// LameDuck returns a context that is done LAME_DUCK_SECONDS after ctx, at once if that
// is not set. Meanwhile a server that was told to stop serves on, and its health check
// fails: a load balancer may not know yet, and sends requests until it does.
//
// ECS and Auto Scaling take a server from the load balancer before they stop it, but
// not where a task is stopped by hand, or on a Spot interruption.
// https://github.com/aws/amazon-ecs-agent/issues/2316
func LameDuck(ctx context.Context) (context.Context, error) {
	seconds := 0
	if text := os.Getenv("LAME_DUCK_SECONDS"); text != "" {
		var err error
		if seconds, err = strconv.Atoi(text); err != nil || seconds < 0 || seconds > maxLameDuck {
			return nil, fmt.Errorf("LAME_DUCK_SECONDS is %q, want a whole number from 0 to %d", text, maxLameDuck)
		}
	}
	late, cancel := context.WithCancel(context.WithoutCancel(ctx))
	context.AfterFunc(ctx, func() { time.AfterFunc(time.Duration(seconds)*time.Second, cancel) })
	return late, nil
}
