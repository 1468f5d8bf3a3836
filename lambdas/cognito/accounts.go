// Package cognito deletes accounts of an Amazon Cognito user pool.
package cognito

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"fulcrum/lambdas/erasure"
)

// Accounts are those of one user pool.
type Accounts struct {
	Client *cognitoidentityprovider.Client
	// Pool is the pool's id, "eu-west-1_…".
	Pool string
}

var _ erasure.Accounts = Accounts{}

// Delete implements erasure.Accounts. In a pool whose members sign in with an address,
// the name of a member is the subject of their tokens.
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminDeleteUser.html
func (a Accounts) Delete(ctx context.Context, subject string) error {
	_, err := a.Client.AdminDeleteUser(ctx, &cognitoidentityprovider.AdminDeleteUserInput{UserPoolId: &a.Pool, Username: &subject})
	var none *types.UserNotFoundException
	if err == nil || errors.As(err, &none) { // deleted before, or a program's
		return nil
	}
	return fmt.Errorf("account of %s: %w", subject, err)
}
