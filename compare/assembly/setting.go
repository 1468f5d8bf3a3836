package assembly

import "fulcrum/design/role"

// Setting is what a program finds in its environment under a name: a function that
// serves requests, or the first container of a task. It is empty where the template
// does not say.
func (r *Resource) Setting(name string) string {
	switch r.Type {
	case "AWS::Lambda::Function":
		if r.Role == role.Compute {
			return r.Text("Environment", "Variables", name)
		}
	case "AWS::ECS::TaskDefinition":
		containers := r.List("ContainerDefinitions")
		if len(containers) == 0 {
			return ""
		}
		variables, _ := Dig(containers[0], "Environment").([]any)
		for _, v := range variables {
			if Text(Dig(v, "Name")) == name {
				return Text(Dig(v, "Value"))
			}
		}
	}
	return ""
}
