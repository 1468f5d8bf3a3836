// Package workload defines one stack: a design served by the choices of one
// blueprint.
package workload

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/bus"
	"fulcrum/constructs/cache"
	"fulcrum/constructs/certificate"
	"fulcrum/constructs/consumer"
	"fulcrum/constructs/edge"
	"fulcrum/constructs/files"
	"fulcrum/constructs/keys"
	"fulcrum/constructs/keystore"
	"fulcrum/constructs/lookup"
	"fulcrum/constructs/network"
	"fulcrum/constructs/site"
	"fulcrum/constructs/slo"
	"fulcrum/constructs/table"
	"fulcrum/constructs/userpool"
	"fulcrum/constructs/workflow"
	"fulcrum/design"
	"fulcrum/design/catalogue"
	"fulcrum/design/role"
)

// Props says what a stack serves and how.
type Props struct {
	Design    *design.Design
	Blueprint catalogue.Blueprint
	// Part is which of the option's stacks this is; Place says where they all are.
	Part  catalogue.Part
	Place design.Placement
	// Metadata is what the template says of itself, under role.MetadataKey.
	Metadata map[string]any
	Settings Settings
}

// workload is a stack being defined. Its parts are defined in the order of
// New: each may use the ones before it.
type workload struct {
	Props
	stack      awscdk.Stack
	keys       map[string]*keys.Key
	alarms     awssns.Topic
	store      *table.Table
	readModels *table.Table
	// persons keeps a data key for each person; nil unless erasure destroys them.
	persons *keystore.Store
	// eraser destroys those keys; nil without them.
	eraser awslambda.Function
	// cached is the cache in front of the store; see cache.
	cached *reads
	// bus takes the events of the core subdomain, and of all where there is one bus.
	bus *bus.Bus
	// subdomains are the buses by subdomain, empty where there is one for all; heard
	// are the events that are listened to on each.
	subdomains map[string]*bus.Bus
	heard      map[*bus.Bus][]string
	// published are the sources of what is put onto bus beside the domain events.
	published []string
	users     *userpool.Pool
	door      door
	// site is nil where files reach clients by presigned URLs, files where they do not.
	site  *site.Site
	files *files.Files
	// vpc and tls are nil until somebody needs them: see network and certificate.
	vpc *network.Network
	tls *certificate.Certificate
	// reservations is nil until somebody needs it: see saga.
	reservations *workflow.Workflow
	// commands is nil unless commands are queued: see commandQueue.
	commands *consumer.Ordered
	lookup   *lookup.Lookup
	secret   *edge.Secret
	edge     *lookup.Outputs
	// sessions is nil unless servers share one: see sessionStore.
	sessions *cache.Cache
	// sockets is nil unless servers hold WebSockets: see socketServers.
	sockets *socketServers
	// othersKeys, home and homeTable are nil until somebody needs them: see
	// secondaryKeys, main and homeStore.
	othersKeys, home *lookup.Outputs
	homeTable        *table.Table
	// backlog are the alarms of work that is waiting, for the dashboard.
	backlog []awscloudwatch.IAlarm
}

// New defines the stack called name. It panics if the design, the blueprint or
// a setting asks for what a construct refuses.
func New(scope constructs.Construct, name string, p Props) awscdk.Stack {
	w := &workload{Props: p, keys: map[string]*keys.Key{}, heard: map[*bus.Bus][]string{}}
	w.stack = awscdk.NewStack(scope, jsii.String(name), &awscdk.StackProps{
		Env:                   &awscdk.Environment{Region: jsii.String(p.Place.Of(p.Part))},
		Description:           jsii.String(describe(p)),
		TerminationProtection: jsii.Bool(!p.Settings.Sandbox),
		Tags:                  p.tags(),
	})
	w.stack.AddMetadata(jsii.String(role.MetadataKey), p.Metadata)
	if define, ok := parts[p.Part]; ok {
		define(w)
		return w.stack
	}

	w.alarms = slo.NewTopic(w.stack, "Alarms", slo.TopicProps{Key: w.ownKey(design.Telemetry)})
	w.defineStore()
	w.definePersons()
	w.defineBus()
	w.defineConsumers()
	w.defineUsers()
	w.closeAccounts()
	w.defineFiles()
	w.defineDoor()
	w.defineRealtime()
	w.definePerimeter()
	w.defineSite()
	w.defineForwards()
	w.defineServiceLevels()
	w.defineOutputs()
	w.forgetName()
	return w.stack
}

func describe(p Props) string {
	option, _ := p.Metadata["option"].(string)
	if option == "" {
		return p.Design.System
	}
	return p.Design.System + " with " + p.Metadata["trade-off"].(string) + ": " + option
}

// tags say what every resource of the stack belongs to. They are the stack's own:
// CloudFormation hands them on to the resources, and templates stay comparable.
func (p Props) tags() *map[string]*string {
	tags := map[string]*string{"system": jsii.String(p.Design.System)}
	for _, name := range []string{"trade-off", "option"} {
		if value, ok := p.Metadata[name].(string); ok && value != "" {
			tags[name] = jsii.String(value)
		}
	}
	return &tags
}

// class returns the data class of that name. It panics if the design has none:
// the stack cannot know how long to keep such data, or under which key.
func (w *workload) class(name string) design.DataClass {
	class := w.Design.DataClass(name)
	if class.Name == "" {
		panic("design: data-classes: " + name + " is missing; the stack keeps such data and needs its retention")
	}
	return class
}

func (w *workload) output(id, description, value string) {
	awscdk.NewCfnOutput(w.stack, jsii.String(id), &awscdk.CfnOutputProps{
		Description: jsii.String(description),
		Value:       jsii.String(value),
	})
}

// defineOutputs names what a person or a script needs after a deployment.
func (w *workload) defineOutputs() {
	w.output("Endpoint", "Where clients call the system", w.door.endpoint)
	if w.site != nil {
		w.output("SiteAddress", "Where browsers load the site", "https://"+*w.site.Distribution.DistributionDomainName())
	}
	w.output("BusName", "Event bus of the domain events", *w.bus.Events.EventBusName())
	w.output("TableName", "Table of the aggregates", *w.store.Dynamo.TableName())
	w.output("SignInAddress", "Where people sign in and programs fetch tokens", w.users.Login())
	if w.users.Users != nil {
		w.output("UserPoolId", "User pool of guests and hosts", *w.users.Users.UserPoolId())
	}
	w.outputsForSecondary()
}
