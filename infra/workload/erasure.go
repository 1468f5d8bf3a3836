package workload

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/keys"
	"fulcrum/constructs/keystore"
	"fulcrum/constructs/table"
	"fulcrum/design/catalogue"
	"fulcrum/design/role"
)

// The option crypto-shred of erasure: a data key for each person, which the event
// that somebody is forgotten destroys.
const (
	functionErasure = "erasure"
	guestForgotten  = "Guest Forgotten"
)

// definePersons defines the keys of persons, if erasure destroys them.
func (w *workload) definePersons() {
	if w.Blueprint["erasure"] != "crypto-shred" {
		return
	}
	if len(w.Design.ConsumersOf(guestForgotten)) == 0 {
		panic("erasure: crypto-shred: nobody hears of the event " + guestForgotten + ", which destroys a person's key; add it to the process and to a consumer, or choose erasure: delete")
	}
	p := keystore.Props{Sandbox: w.Settings.Sandbox}
	if output := keyOutput(keystore.DataClass); w.has(catalogue.Keys) {
		p.Key = keys.Existing(w.stack, "PersonsKey", w.primaryKeys().Get(output), keystore.DataClass)
		p.Replicas = []table.Replica{{Region: w.Place.Secondary, KeyARN: w.secondaryKeys().Get(output)}}
	}
	w.persons = keystore.New(w.stack, "Persons", p)
}

// personsEnvironment is what a program needs to seal what is told about persons.
func (w *workload) personsEnvironment() map[string]string {
	if w.persons == nil {
		return nil
	}
	return map[string]string{
		"PERSON_KEYS_TABLE": *w.persons.Table.Dynamo.TableName(),
		"PERSON_KEY":        *w.persons.Key.KMS.KeyArn(),
	}
}

// letSeal lets a program seal and open, and not destroy.
func (w *workload) letSeal(runsAs awsiam.IGrantable) {
	if w.persons == nil {
		return
	}
	w.persons.GrantUse(runsAs)
	if w.private() {
		w.network().Reach("kms")
	}
}

// closeAccounts lets the eraser delete the accounts of who is forgotten, where persons
// sign in and do not call as AWS principals.
func (w *workload) closeAccounts() {
	if w.eraser == nil || w.users.Users == nil || w.signed() {
		return
	}
	w.eraser.AddEnvironment(jsii.String("USER_POOL"), w.users.Users.UserPoolId(), nil)
	awsiam.Grant_AddToPrincipal(&awsiam.GrantOnPrincipalOptions{
		Grantee: w.eraser, Actions: jsii.Strings("cognito-idp:AdminDeleteUser"), ResourceArns: jsii.Strings(*w.users.Users.UserPoolArn()),
	})
}

// defineErasure defines the consumer that destroys the keys of who is forgotten, and
// deletes their accounts.
// Events that get no further wait for somebody: their age is an alarm.
func (w *workload) defineErasure() {
	if w.persons == nil {
		return
	}
	f := w.program(functionErasure, "Consumer-erasure-Function", consumerTimeout, role.Consumer, map[string]string{
		"SYSTEM":            w.Design.System,
		"PERSON_KEYS_TABLE": *w.persons.Table.Dynamo.TableName(),
	})
	w.persons.GrantDestroy(f)
	w.eraser = f
	forgotten := 0.0
	for _, e := range w.peak().Events {
		if e.Name == guestForgotten {
			forgotten += e.Count
		}
	}
	w.consume(functionErasure, []string{guestForgotten}, f, forgotten)
}
