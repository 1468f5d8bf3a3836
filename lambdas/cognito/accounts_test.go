package cognito_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"fulcrum/lambdas/cognito"
	"fulcrum/lambdas/localaws"
)

// TestDelete wants one member of a pool to be gone, with their address, by the subject
// of their tokens, and nobody else; once more changes nothing, and a pool that does not
// answer is an error.
func TestDelete(t *testing.T) {
	server := localaws.Start(t)
	client := cognitoidentityprovider.NewFromConfig(server.Config)
	pool, err := client.CreateUserPool(t.Context(), &cognitoidentityprovider.CreateUserPoolInput{
		PoolName: aws.String("people"), UsernameAttributes: []types.UsernameAttributeType{types.UsernameAttributeTypeEmail},
	})
	if err != nil {
		t.Fatal(err)
	}
	subjects := map[string]string{}
	for _, address := range []string{"wilhelmina@example.com", "ben@example.com"} {
		made, err := client.AdminCreateUser(t.Context(), &cognitoidentityprovider.AdminCreateUserInput{
			UserPoolId: pool.UserPool.Id, Username: &address, UserAttributes: []types.AttributeType{{Name: aws.String("email"), Value: &address}},
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range made.User.Attributes {
			if *a.Name == "sub" {
				subjects[address] = *a.Value
			}
		}
	}
	accounts := cognito.Accounts{Client: client, Pool: *pool.UserPool.Id}
	for range 2 { // events come again
		if err := accounts.Delete(t.Context(), subjects["wilhelmina@example.com"]); err != nil {
			t.Fatal(err)
		}
	}
	left, err := client.ListUsers(t.Context(), &cognitoidentityprovider.ListUsersInput{UserPoolId: pool.UserPool.Id})
	if err != nil {
		t.Fatal(err)
	}
	var addresses []string
	for _, u := range left.Users {
		for _, a := range u.Attributes {
			if *a.Name == "email" {
				addresses = append(addresses, *a.Value)
			}
		}
	}
	if strings.Join(addresses, " ") != "ben@example.com" {
		t.Errorf("left: %v", addresses)
	}
	server.Intercept(func(w http.ResponseWriter, _ *http.Request) bool {
		w.WriteHeader(http.StatusForbidden)
		return true
	})
	if err := accounts.Delete(t.Context(), subjects["ben@example.com"]); err == nil {
		t.Error("a pool that refuses is no error, so that the event would not come again")
	}
}
