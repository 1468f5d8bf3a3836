package door

import (
	"net/http"
	"strings"

	"fulcrum/lambdas/token"
)

// identity is what a REST API says of who called, beside an authorizer's claims.
type identity struct {
	SourceIP string `json:"sourceIp"`
	// UserARN, User and Cognito are empty unless the request was signed and the
	// method asks for it.
	UserARN    string       `json:"userArn"`
	User       string       `json:"user"`
	Cognito    string       `json:"cognitoIdentityId"`
	ClientCert *certificate `json:"clientCert"`
}

// principal is an AWS principal whose signature API Gateway has verified.
type principal struct {
	UserID  string `json:"userId"`
	Cognito struct {
		ID string `json:"identityId"`
	} `json:"cognitoIdentity"`
}

func (i identity) principal() principal {
	p := principal{UserID: i.User}
	p.Cognito.ID = i.Cognito
	return p
}

// claims says who calls, stable over sessions: a person of an identity pool by
// their id there, anybody else by the unique id of their role or user. What follows
// the colon in a role's id is the name of a session, which whoever may assume the
// role makes up, so it names nobody.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
func (p principal) claims() (token.Claims, bool) {
	if p.Cognito.ID != "" {
		return token.Claims{Subject: p.Cognito.ID, Use: token.UseIAM}, true
	}
	id, _, _ := strings.Cut(p.UserID, ":")
	return token.Claims{Subject: id, Use: token.UseIAM}, id != ""
}

// certificate is what an API Gateway says of a client's certificate.
type certificate struct {
	Subject string `json:"subjectDN"`
}

// setCertificate puts the subject of the client's certificate where a load balancer
// puts it, and takes away what a client wrote there. A load balancer that verifies
// no certificates hands such a header on as it came, so nobody may look at it
// unless the door verifies them.
func (e *event) setCertificate(h http.Header) {
	if e.kind == albSingle || e.kind == albMulti {
		return
	}
	h.Del(token.CertificateHeader)
	for _, c := range []*certificate{e.RequestContext.Identity.ClientCert, e.RequestContext.Authentication.ClientCert} {
		if c != nil && c.Subject != "" {
			h.Set(token.CertificateHeader, c.Subject)
		}
	}
}
