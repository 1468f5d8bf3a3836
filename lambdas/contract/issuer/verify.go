package issuer

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
)

// Verify returns the claims in a token as API Gateway's authorizers hand them on, as
// strings, or why they refuse it: by its signature, algorithm, issuer, audience or
// client, and times.
//
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
func (i *Issuer) Verify(token string) (map[string]string, error) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return nil, errors.New("not a token")
	}
	var raw [3][]byte
	for n, part := range parts {
		var err error
		if raw[n], err = base64.RawURLEncoding.DecodeString(part); err != nil {
			return nil, err
		}
	}
	digest := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	if err := rsa.VerifyPKCS1v15(&i.key.PublicKey, crypto.SHA256, digest[:], raw[2]); err != nil {
		return nil, err
	}
	var header struct{ Alg, Kid string }
	if err := json.Unmarshal(raw[0], &header); err != nil || header.Alg != "RS256" || header.Kid != kid {
		return nil, fmt.Errorf("header %s: %w", raw[0], err)
	}
	var known struct {
		Iss      string `json:"iss"`
		Aud      string `json:"aud"`
		ClientID string `json:"client_id"`
		Exp, Nbf int64
	}
	if err := json.Unmarshal(raw[1], &known); err != nil {
		return nil, err
	}
	if now := time.Now().Unix(); known.Iss != i.URL || known.Aud != Client && (known.Aud != "" || known.ClientID != Client) || known.Exp <= now || known.Nbf > now {
		return nil, fmt.Errorf("claims %s", raw[1])
	}
	decoder := json.NewDecoder(bytes.NewReader(raw[1]))
	decoder.UseNumber()
	var claims map[string]any
	if err := decoder.Decode(&claims); err != nil {
		return nil, err
	}
	texts := map[string]string{}
	for name, value := range claims {
		texts[name] = fmt.Sprint(value)
	}
	return texts, nil
}
