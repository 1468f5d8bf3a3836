package issuer

import (
	"crypto"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"maps"
	"math/big"
	"strings"
	"time"
)

// Forged returns tokens of a person that nobody may take, by what is wrong with them.
func (i *Issuer) Forged(person, scope string) (map[string]string, error) {
	stranger, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, err
	}
	der, err := x509.MarshalPKIXPublicKey(&i.key.PublicKey)
	if err != nil {
		return nil, err
	}
	claims := func(change map[string]any) map[string]any {
		about := i.Claims(person, scope, time.Hour)
		maps.Copy(about, change)
		maps.DeleteFunc(about, func(_ string, value any) bool { return value == nil })
		return about
	}
	forged, failures := map[string]string{}, []error(nil)
	add := func(name string, header, about map[string]any, signed signer) {
		token, err := compact(header, about, signed)
		forged[name] = token
		failures = append(failures, err)
	}
	ours, theirs := rs256(i.key), rs256(stranger)
	header := map[string]any{"alg": "RS256", "kid": kid}
	for name, change := range map[string]map[string]any{
		"expired":        {"exp": time.Now().Add(-time.Minute).Unix()},
		"without expiry": {"exp": nil},
		"not yet valid":  {"nbf": time.Now().Add(time.Hour).Unix()},
		"other issuer":   {"iss": "https://issuer.example"},
		"other audience": {"client_id": "other", "aud": "other"},
		"identity token": {"token_use": "id", "aud": Client},
		"of nobody":      {"sub": ""},
	} {
		add(name, header, claims(change), ours)
	}
	add("alg none", map[string]any{"alg": "none"}, claims(nil), func([]byte) ([]byte, error) { return nil, nil })
	add("HS256 with the public key", map[string]any{"alg": "HS256", "kid": kid}, claims(nil), hs256(der))
	add("HS256 with the public key as text", map[string]any{"alg": "HS256", "kid": kid}, claims(nil),
		hs256(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})))
	add("unknown key", map[string]any{"alg": "RS256", "kid": "two"}, claims(nil), theirs)
	add("another key by the name of ours", header, claims(nil), theirs)
	add("key in the header", map[string]any{"alg": "RS256", "kid": kid, "jwk": map[string]string{
		"kid": kid, "kty": "RSA", "n": encode(stranger.N.Bytes()), "e": encode(big.NewInt(int64(stranger.E)).Bytes()),
	}}, claims(nil), theirs)
	good, err := compact(header, claims(nil), ours)
	if err != nil {
		return nil, err
	}
	other, err := compact(header, claims(map[string]any{"sub": person + "-else"}), ours)
	if err != nil {
		return nil, err
	}
	forged["another person's signature"] = good[:strings.LastIndex(good, ".")] + other[strings.LastIndex(other, "."):]
	return forged, errors.Join(failures...)
}

// kid names the issuer's key.
const kid = "one"

// signer returns the signature of what is signed.
type signer func(input []byte) ([]byte, error)

func rs256(key *rsa.PrivateKey) signer {
	return func(input []byte) ([]byte, error) {
		digest := sha256.Sum256(input)
		return rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, digest[:])
	}
}

func hs256(secret []byte) signer {
	return func(input []byte) ([]byte, error) {
		mac := hmac.New(sha256.New, secret)
		_, _ = mac.Write(input) // a hash never fails to write
		return mac.Sum(nil), nil
	}
}

// compact returns a token in its compact form.
func compact(header, claims map[string]any, signed signer) (string, error) {
	var parts []string
	for _, part := range []any{header, claims} {
		text, err := json.Marshal(part)
		if err != nil {
			return "", err
		}
		parts = append(parts, encode(text))
	}
	input := strings.Join(parts, ".")
	signature, err := signed([]byte(input))
	return input + "." + encode(signature), err
}
