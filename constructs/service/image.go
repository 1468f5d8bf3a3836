package service

import (
	_ "embed"
	"errors"
	"os"
	"path/filepath"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsecrassets"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/internal/program"
)

//go:embed Dockerfile
var dockerfile []byte

// newImage defines the image of p's program. CDK copies what Docker will need into
// the assembly at once, and names the image after it: a new program, a new list of
// authorities or a new Dockerfile make a new image, and nothing else does.
func newImage(scope constructs.Construct, p Props) (awsecrassets.DockerImageAsset, error) {
	directory, err := os.MkdirTemp("", "image")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(directory) }()
	if err := p.gather(directory); err != nil {
		return nil, err
	}
	return awsecrassets.NewDockerImageAsset(scope, jsii.String("Image"), &awsecrassets.DockerImageAssetProps{
		Directory: jsii.String(directory),
		Platform:  awsecrassets.Platform_LINUX_ARM64(),
		AssetName: jsii.String(p.Service),
	}), nil
}

// gather copies into directory what the image is built from.
func (p Props) gather(directory string) error {
	code, err := os.ReadFile(filepath.Join(p.Directory, program.Name))
	if err != nil {
		return err
	}
	var authorities []byte // none, if the program carries its own
	if p.Authorities != "" {
		if authorities, err = os.ReadFile(p.Authorities); err != nil {
			return err
		}
	}
	return errors.Join(
		os.WriteFile(filepath.Join(directory, program.Name), code, 0o700), //nolint:gosec // it is a program
		os.WriteFile(filepath.Join(directory, "authorities.pem"), authorities, 0o600),
		os.WriteFile(filepath.Join(directory, "Dockerfile"), dockerfile, 0o600),
	)
}
