package boot

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/config"

	"fulcrum/lambdas/dinner"
	"fulcrum/lambdas/files"
	"fulcrum/lambdas/menu"
)

// menus returns the use cases of menus where there is a bucket for them.
func (s settings) menus(ctx context.Context, dinners dinner.Repository) (*menu.Menus, error) {
	if s.files == "" {
		return nil, nil
	}
	c, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return nil, err
	}
	return &menu.Menus{Dinners: dinners, Files: files.New(c, s.files, time.Now)}, nil
}
