package certificate

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"regexp"
	"time"
)

// validity is how long a sandbox's certificate lasts; an update renews it. It is
// what Apple recommends as the longest for certificates of public authorities.
// https://support.apple.com/en-us/102028
const validity = 397 * 24 * time.Hour

// commonName allows a domain name, or all names right below one. A common name has
// at most 64 characters (RFC 5280, appendix A.1).
var commonName = regexp.MustCompile(`^(\*\.)?([a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?\.)+[a-zA-Z]([a-zA-Z0-9-]*[a-zA-Z0-9])?$`)

// selfSigned returns a new certificate for name and its private key, both in PEM.
// The key is ECDSA P-256, which ACM imports and an Application Load Balancer uses.
// https://docs.aws.amazon.com/acm/latest/userguide/import-certificate-prerequisites.html
func selfSigned(name string, now time.Time) (certificate, privateKey []byte, err error) {
	if len(name) > 64 || !commonName.MatchString(name) {
		return nil, nil, fmt.Errorf("property CommonName is %q, want a domain name of at most 64 characters", name)
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		return nil, nil, err
	}
	template := &x509.Certificate{
		SerialNumber: serial,
		Subject:      pkix.Name{CommonName: name},
		DNSNames:     []string{name},
		NotBefore:    now.Add(-time.Hour), // clocks differ; ACM refuses what is not valid yet
		NotAfter:     now.Add(validity - time.Hour),
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},

		BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return nil, nil, err
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, nil, err
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}),
		pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8}), nil
}
