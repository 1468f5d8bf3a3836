package capability

// The kinds of front doors.
const (
	httpAPI = "http-api"
	restAPI = "rest-api"
	alb     = "alb"
)

// rows is the capability table, in the order of the report.
var rows = []row{
	{"token-verification", "Verifies tokens at the door", map[string]answer{
		httpAPI: switched("jwt-authorizer", authorizer),
		restAPI: switched("cognito-authorizer", authorizer),
		alb:     switched("jwt-authorizer", jwtAction),
	}},
	{"throttle", "Throttles all callers", map[string]answer{
		httpAPI: routeThrottle, restAPI: methodThrottle,
		alb: plain(No, "none of its own"),
	}},
	{"per-client-throttling", "Throttles each client", map[string]answer{
		httpAPI: feature("usage-plans", "offered", "not offered"),
		restAPI: switched("usage-plans", usagePlan),
		alb:     addressLimit,
	}},
	{"request-validation", "Validates requests", map[string]answer{
		httpAPI: feature("request-validation", "offered", "left to the function"),
		restAPI: switched("request-validation", validator),
		alb:     feature("usage-plans", "offered", "left to the function"),
	}},
	{"cors", "Answers CORS preflights", map[string]answer{
		httpAPI: corsConfiguration,
		restAPI: optionsMethods,
		alb:     plain(No, "left to the function"),
	}},
	{"waf", "Web application firewall", map[string]answer{
		httpAPI: fronted(feature("waf", "offered", "not offered"), edgeACL),
		restAPI: switched("waf", webACL),
		alb:     switched("waf:associable", webACL),
	}},
	{"ip-allow-list", "Allow list of addresses", map[string]answer{
		httpAPI: feature("resource-policies", "offered", "not offered"),
		restAPI: switched("resource-policies", resourcePolicy),
		alb:     securityGroup,
	}},
	{"countries", "Allow list of countries", map[string]answer{
		httpAPI: fronted(plain(No, "not without CloudFront or a firewall"), edgeCountries),
		restAPI: fronted(plain(Offered, "by the firewall"), edgeCountries),
		alb:     plain(Offered, "by the firewall"),
	}},
	{"tls", "Lowest TLS version", map[string]answer{
		httpAPI: tlsFloor,
		restAPI: tlsFloor,
		alb:     tlsFloor,
	}},
	{"plain-http", "Plain HTTP", map[string]answer{
		httpAPI: plain(Yes, "refused: HTTPS only"),
		restAPI: plain(Yes, "refused: HTTPS only"),
		alb:     redirect,
	}},
	{"mtls", "Client certificates", map[string]answer{
		httpAPI: feature("mtls", "offered", "not offered"),
		restAPI: switched("mtls", ownDomain),
		alb:     switched("mtls", verifies),
	}},
	{"timeout", "Longest answer", map[string]answer{
		httpAPI: timeout("AWS::ApiGatewayV2::Integration", []string{"TimeoutInMillis"}, "http-api/integration-timeout"),
		restAPI: timeout("AWS::ApiGateway::Method", []string{"Integration", "TimeoutInMillis"}, "rest-api/integration-timeout"),
		alb:     idleTimeout,
	}},
	{"payload", "Largest request", map[string]answer{
		httpAPI: payload("http-api/payload"),
		restAPI: payload("rest-api/payload"),
		alb:     albPayload,
	}},
	{"streaming", "Streams responses", map[string]answer{
		httpAPI: feature("response-streaming", "offered", "not offered"),
		restAPI: limited(Offered, "rest-api/streaming-duration", "offered, up to %s"),
		alb:     onlyToServers,
	}},
	{"websocket", "WebSocket", map[string]answer{
		httpAPI: socketBeside,
		restAPI: socketBeside,
		alb:     socketHeld,
	}},
	{"grpc", "gRPC", map[string]answer{
		httpAPI: feature("api-gateway:grpc", "offered", "not offered: HTTP/1.1 behind it"),
		restAPI: feature("api-gateway:grpc", "offered", "not offered: HTTP/1.1 behind it"),
		alb:     spoken,
	}},
	{"sticky-sessions", "Sticky sessions", map[string]answer{
		httpAPI: feature("api-gateway:load-balancing", "offered", "not offered"),
		restAPI: feature("api-gateway:load-balancing", "offered", "not offered"),
		alb:     staying,
	}},
	{"balancing", "Chooses a server", map[string]answer{every: choosing}},
	{"direct-integration", "Hands requests to AWS services", map[string]answer{
		httpAPI: feature("service-integrations", "offered for five services, S3 not among them", "not offered"),
		restAPI: directServices,
		alb:     plain(No, "to servers and functions only"),
	}},
	{"canary", "Shifts a share of traffic", map[string]answer{
		httpAPI: feature("canary", "offered", "not offered"),
		restAPI: switched("canary", canary),
		alb:     switched("weighted-target-groups", weights),
	}},
	{"caching", "Caches responses", map[string]answer{
		httpAPI: feature("caching", "offered", "not offered"),
		restAPI: switched("caching", cache),
		alb:     plain(No, "not offered"),
	}},
	{"read-cache", "Keeps reads in memory", map[string]answer{every: readCache}},
	{"access-logs", "Access logs", map[string]answer{
		httpAPI: stageLogs("AWS::ApiGatewayV2::Stage", "AccessLogSettings"),
		restAPI: stageLogs("AWS::ApiGateway::Stage", "AccessLogSetting"),
		alb:     bucketLogs,
	}},
	{"tracing", "X-Ray at the door", map[string]answer{
		httpAPI: feature("x-ray", "offered", "not offered"),
		restAPI: switched("x-ray", tracing),
		alb:     plain(No, "adds the trace header only"),
	}},
	{"strong-reads", "Strong reads", map[string]answer{every: strongReads}},
	{"answers", "Answers commands", map[string]answer{every: answersCommands}},
	{"together", "Writes items together", map[string]answer{every: together}},
	{"second-region", "Readable elsewhere", map[string]answer{every: elsewhere}},
	{"forgets", "Forgets a person", map[string]answer{every: forgets}},
	{"events", "Carries events", map[string]answer{every: eventBuses}},
	{"delivery", "Serves files", map[string]answer{every: delivery}},
	{"ageing", "Old files lie in", map[string]answer{every: ageing}},
	{"processes", "Sees processes through", map[string]answer{every: processes}},
}
