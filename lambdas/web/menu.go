package web

import "net/http"

// menus are the operations of menus, where there are any.
func (c *Config) menus() []route {
	if c.Menus == nil {
		return nil
	}
	return []route{
		{"POST /dinners/{dinnerId}/menu", "Give Menu", "dinner/host", c.giveMenu},
		{"GET /dinners/{dinnerId}/menu", "Load Menu", "dinner/guest", c.loadMenu},
	}
}

// giveMenu answers with where to send a dinner's menu. It keeps no record of the
// call: a permission can be given again.
func (c *Config) giveMenu(w http.ResponseWriter, r *http.Request, who caller) error {
	v, _, err := command(r, who, "Give Menu")
	if err != nil {
		return err
	}
	mediaType, bytes := take[string](v, "mediaType", "a string"), take[int64](v, "bytes", "a whole number")
	if err := v.err(); err != nil {
		return err
	}
	dinnerID, err := pathID(r, "dinnerId")
	if err != nil {
		return err
	}
	// Whoever has the answer has the permission: it is stored by nobody, as always.
	permit, err := c.Menus.Give(r.Context(), dinnerID, who.id, mediaType, bytes)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, permit)
}

// loadMenu answers with where a dinner's menu is loaded from.
func (c *Config) loadMenu(w http.ResponseWriter, r *http.Request, who caller) error {
	dinnerID, err := pathID(r, "dinnerId")
	if err != nil {
		return err
	}
	permit, err := c.Menus.Load(r.Context(), dinnerID, who.id)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, permit)
}
