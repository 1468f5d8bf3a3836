package price

// Services is every service that can be priced, along the path of a request.
var Services = []Service{
	restAPI,
	httpAPI,
	webSocketAPI,
	alb,
	lambda,
}
