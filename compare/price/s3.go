package price

// leastKB is the size that infrequent-access classes charge for a smaller object.
const leastKB = 128

var s3 = Service{
	Name:  "s3",
	About: "Storage, requests, lifecycle transitions into the class and retrieval out of it.",
	Inputs: []Input{
		{
			Name:  "class",
			Words: []string{"standard", "intelligent-tiering", "standard-ia", "one-zone-ia", "glacier-instant", "glacier-flexible", "deep-archive"},
			Alias: map[string]string{
				"intelligent": "intelligent-tiering", "onezone-ia": "one-zone-ia", "glacier-ir": "glacier-instant", "glacier": "glacier-flexible",
			},
		},
		{Name: "storage-gb", Unit: "GB", About: "mean of the month; of intelligent-tiering, in frequent access"},
		{Name: "puts", Unit: "requests", About: "PUT, COPY, POST and LIST"},
		{Name: "gets", Unit: "requests", About: "GET and all others"},
		{Name: "transition", Unit: "objects", About: "moved into the class by a lifecycle rule"},
		{Name: "retrieval-gb", Unit: "GB", About: "standard and intelligent-tiering do not charge it"},
		{Name: "objects", Unit: "objects", About: "monitored by intelligent-tiering; elsewhere raises storage to 128 KB an object where the class does"},
		{Name: "infrequent-gb", Unit: "GB", About: "intelligent-tiering: in infrequent access"},
		{Name: "archive-instant-gb", Unit: "GB", About: "intelligent-tiering: in archive instant access"},
	},
	meter: func(u usage, b *bill) {
		class, storage := u.w("class"), u.n("storage-gb")
		requests, transitions := class, class
		switch class {
		case "intelligent-tiering":
			b.fixed("intelligent-tiering-frequent-gb", storage)
			b.fixedIfAny("intelligent-tiering-infrequent-gb", u.n("infrequent-gb"))
			b.fixedIfAny("intelligent-tiering-archive-instant-gb", u.n("archive-instant-gb"))
			b.fixedIfAny("intelligent-tiering-objects", u.n("objects"))
		case "standard-ia", "one-zone-ia", "glacier-instant":
			storage = max(storage, u.n("objects")*leastKB/kbPerGB)
			fallthrough
		default:
			b.fixed(class+"-storage-gb", storage)
		}
		if class == "one-zone-ia" {
			transitions = "standard-ia" // one price for both
		}
		b.perRequestIfAny(requests+"-puts", u.n("puts"))
		b.perRequestIfAny(requests+"-gets", u.n("gets"))
		if class != "standard" {
			b.perRequestIfAny(transitions+"-transitions", u.n("transition"))
		}
		if class != "standard" && class != "intelligent-tiering" {
			b.perRequestIfAny(class+"-retrieved-gb", u.n("retrieval-gb"))
		}
	},
}
