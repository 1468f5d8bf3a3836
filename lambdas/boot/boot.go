package boot

import (
	"context"
	"log/slog"
	"net/http"
	"os"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"fulcrum/lambdas/aside"
	"fulcrum/lambdas/consumer"
	"fulcrum/lambdas/dinner"
	"fulcrum/lambdas/draft"
	"fulcrum/lambdas/dynamo"
	"fulcrum/lambdas/fifo"
	"fulcrum/lambdas/guest"
	"fulcrum/lambdas/menu"
	"fulcrum/lambdas/notification"
	"fulcrum/lambdas/queued"
	"fulcrum/lambdas/search"
	"fulcrum/lambdas/telemetry"
	"fulcrum/lambdas/token"
	"fulcrum/lambdas/tokenkeys"
	"fulcrum/lambdas/web"
)

// storeTimeout bounds one attempt of a call to the store, so that a retry still
// fits into the time of a request.
const storeTimeout = 2 * time.Second

// begin reads the settings and makes the log the program's default.
func begin(required ...string) (settings, telemetry.Metrics, error) {
	s, err := read(required...)
	slog.SetDefault(telemetry.NewLog(os.Stdout, s.logLevel))
	return s, telemetry.NewMetrics(os.Stdout, s.system, time.Now), err
}

// Begin makes the program's log its default, for a program that reads its settings
// itself. Errors: a setting that is required and not set, or one that is wrong.
func Begin(required ...string) error {
	_, _, err := begin(required...)
	return err
}

func awsConfig(ctx context.Context) (aws.Config, error) {
	return config.LoadDefaultConfig(ctx,
		config.WithHTTPClient(awshttp.NewBuildableClient().WithTimeout(storeTimeout)))
}

func client(ctx context.Context) (*dynamodb.Client, error) {
	c, err := awsConfig(ctx)
	if err != nil {
		return nil, err
	}
	return dynamodb.NewFromConfig(c), nil
}

// store returns the table of the aggregates.
func (s settings) store(client *dynamodb.Client) dynamo.Table {
	region := ""
	if client != nil {
		region = client.Options().Region
	}
	return dynamo.Table{
		Client: client, Region: region, Name: s.storeTable, Consistent: s.consistent, Now: time.Now, NewID: newEventID,
		EventRetention: s.eventRetention, CallRetention: s.callRetention,
	}
}

// home returns the copy of the store that commands write: the home Region's, which
// decides alone what becomes of a dinner and its seats, or else the program's own.
func (s settings) home(store dynamo.Table) dynamo.Table {
	if s.homeRegion != "" && s.homeRegion != store.Region {
		store.Client = dynamodb.New(store.Client.Options(), func(o *dynamodb.Options) { o.Region = s.homeRegion })
		store.Region = s.homeRegion
	}
	return store
}

// models returns the table of the read models. Queries read it eventually whatever
// the consistency: what a consistent read would show is what consumers have
// written, and they lag behind the events by more than the store's replicas do.
func (s settings) models(client *dynamodb.Client) dynamo.Table {
	return dynamo.Table{
		Client: client, Name: s.readModels, Now: time.Now, NewID: newEventID,
		EventRetention: s.readModelRetention, CallRetention: s.callRetention,
	}
}

// stores are the adapters a handler works with.
type stores struct {
	// dinners are what commands change, read what queries read: another Region's copy
	// may have a later version of the first.
	dinners, read dinner.Repository
	guests        guest.Repository
	inboxes       notification.Inboxes
	index         search.Index
	// views remembers what was shown; nil for nothing.
	views dinner.Views
	ping  func(context.Context) error
	// menus is nil where there are none.
	menus *menu.Menus
	// reserve makes a reservation.
	reserve web.Reserve
	// queue takes commands, outcomes what became of them; nil where they are answered.
	queue    queued.Queue
	outcomes queued.Outcomes
	// merging writes several commands as one, where there is a writer.
	merging queued.Merging
	// alias returns what the system calls the subject of a token; nil for the same.
	alias func(context.Context, string) (string, error)
	// cursorKey returns the key that positions in pages are signed with.
	cursorKey func(context.Context) ([]byte, error)
	// drafts is what is remembered of hosts; nil for nothing, and sticky whether
	// clients stay with this server.
	drafts *draft.Session
	sticky bool
	// live holds the connections of who is told at once; nil for none.
	live web.Live
	// keys answers fetches of the token issuer's keys.
	keys http.RoundTripper
	// leaving reports whether this server was told to stop; nil where nobody tells.
	leaving func() bool
	// originSecret returns what a distribution before the door sends along; nil if
	// there is none.
	originSecret func(context.Context) ([]byte, error)
}

func (s settings) handler(metrics telemetry.Metrics, with stores) http.Handler {
	commands := dinner.Commands{Dinners: with.dinners, Now: time.Now, NewID: newID}
	return web.New(web.Config{
		Commands:  commands,
		Reserve:   with.reserve,
		Menus:     with.menus,
		Queued:    s.queuedDoor(with),
		Queries:   dinner.Queries{Dinners: with.read, Views: with.views},
		Guests:    guest.Commands{Guests: with.guests, Dinners: commands, Now: time.Now},
		Inboxes:   with.inboxes,
		Index:     with.index,
		Drafts:    with.drafts,
		Sticky:    with.sticky,
		Live:      with.live,
		Tokens:    s.tokens(with.keys),
		Alias:     with.alias,
		EdgeAge:   s.cache.edge,
		CursorKey: with.cursorKey, OriginSecret: with.originSecret,
		Ping:    with.ping,
		Leaving: with.leaving,
		Origins: s.origins,
		Now:     time.Now,
		NewID:   newID,
		Log:     slog.Default(),
		Metrics: metrics,

		Certificates: s.certificates,
		Variant:      s.variant,
	})
}

// tokens returns what verifies the callers, with the issuer's keys from transport.
func (s settings) tokens(transport http.RoundTripper) *token.Verifier {
	v := token.NewVerifier(s.issuer, s.clients, transport, time.Now)
	if s.principals {
		return v.WithPrincipals()
	}
	return v
}

// Handler returns the HTTP handler over the tables in the environment.
func Handler(ctx context.Context) (http.Handler, error) { return handler(ctx, stores{}) }

// handler returns it with what is remembered beside the tables.
func handler(ctx context.Context, beside stores) (http.Handler, error) {
	s, metrics, err := begin("STORE_TABLE", "READ_MODELS_TABLE", "TOKEN_ISSUER", "TOKEN_CLIENTS")
	if err != nil {
		return nil, err
	}
	c, err := awsConfig(ctx)
	if err != nil {
		return nil, err
	}
	db := dynamodb.NewFromConfig(c)
	var originSecret func(context.Context) ([]byte, error)
	if s.originSecret != "" {
		originSecret = (&remoteSecret{secrets: secretsmanager.NewFromConfig(c), arn: s.originSecret, now: time.Now}).get
	}
	store, readModels := s.store(db), s.models(db)
	reserve, err := s.reserve(ctx)
	if err != nil {
		return nil, err
	}
	var alias func(context.Context, string) (string, error)
	if persons := s.persons(c); persons != nil {
		store.Persons, readModels.Persons, alias = persons, persons, persons.Alias
	}
	menus, err := s.menus(ctx, s.dinners(store))
	if err != nil {
		return nil, err
	}
	home := s.home(store)
	with := stores{
		dinners: s.dinners(home), read: s.dinners(store), guests: s.guests(home),
		inboxes: dynamo.Inboxes{Table: readModels}, index: dynamo.Index{Table: readModels},
		reserve: reserve, menus: menus, ping: store.Ping, alias: alias, keys: s.keys(db), cursorKey: (&dynamo.Secret{Table: home, Name: "cursors"}).Get,
		originSecret: originSecret,
		drafts:       beside.drafts, sticky: beside.sticky, leaving: beside.leaving, live: beside.live,
	}
	if s.commandQueue != "" {
		with.queue = fifo.Queue{Client: sqs.NewFromConfig(c), URL: s.commandQueue, Codec: queued.Codec{Persons: store.Persons}}
		with.outcomes = dynamo.Outcomes{Table: home}
	}
	reads, err := s.cache.reads(c, (&dynamo.Secret{Table: store, Name: "cache"}).Get)
	if err != nil {
		return nil, err
	}
	if reads != nil {
		with.dinners = aside.Dinners{Repository: with.dinners, Reads: reads}
		with.index = aside.Index{Index: with.index, Reads: reads}
		with.views = aside.Views{Reads: reads}
	}
	return s.handler(metrics, with), nil
}

// keys returns how the token issuer's keys are had: from the issuer, or from the
// copy in a table.
func (s settings) keys(db *dynamodb.Client) http.RoundTripper {
	if s.tokenKeys == "" {
		return http.DefaultTransport
	}
	return token.Published{Read: dynamo.TokenKeys{Client: db, Name: s.tokenKeys}.Read}
}

// TokenKeys returns the function that makes the copy of the token issuer's keys.
func TokenKeys(ctx context.Context) (tokenkeys.Publisher, error) {
	s, _, err := begin("TOKEN_ISSUER", "TOKEN_KEYS_TABLE")
	if err != nil {
		return tokenkeys.Publisher{}, err
	}
	db, err := client(ctx)
	if err != nil {
		return tokenkeys.Publisher{}, err
	}
	return tokenkeys.Publisher{
		Issuer: s.issuer, Transport: http.DefaultTransport, Now: time.Now,
		Store: dynamo.TokenKeys{Client: db, Name: s.tokenKeys},
	}, nil
}

// Notification returns the function that keeps the inboxes.
func Notification(ctx context.Context) (consumer.Function, error) {
	return consume(ctx, func(t dynamo.Table) consumer.Handler {
		return notification.Policy{Inboxes: dynamo.Inboxes{Table: t}}.Handle
	})
}

// Search returns the function that keeps the read model of dinners.
func Search(ctx context.Context) (consumer.Function, error) {
	return consume(ctx, func(t dynamo.Table) consumer.Handler {
		return search.Projection{Index: dynamo.Index{Table: t}}.Handle
	})
}

func consume(ctx context.Context, handler func(dynamo.Table) consumer.Handler) (consumer.Function, error) {
	s, metrics, err := begin("READ_MODELS_TABLE")
	if err != nil {
		return nil, err
	}
	db, err := client(ctx)
	if err != nil {
		return nil, err
	}
	return consumer.Lambda(handler(s.models(db)), metrics), nil
}

// Fail ends a program that cannot start, with its reason in the log.
func Fail(err error) {
	slog.Error("cannot start", "error", err)
	os.Exit(1)
}
