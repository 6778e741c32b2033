package capture

// room for memory: the machine's or a control group's, in bytes.
type room struct {
	where       string
	limit, free uint64
}

// tightest limit, not the least room.
func tightest(rooms []room) (room, bool) {
	if len(rooms) == 0 {
		return room{}, false
	}
	least := rooms[0]
	for _, r := range rooms {
		if r.limit < least.limit {
			least = r
		}
	}
	return least, true
}
