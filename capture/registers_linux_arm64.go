package capture

const machine = 183 // EM_AARCH64

// registersSize is that of struct elf_prstatus.
const registersSize = 392

func readThreadPointer(*request) {}

// registers by their index in struct user_pt_regs.
func registers(r *request) map[int]uint64 {
	return map[int]uint64{28: r.g, 29: r.bp, 30: r.link, 31: r.sp, 32: r.pc}
}
