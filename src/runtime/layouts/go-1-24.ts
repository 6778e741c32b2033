/**
 * The runtime's structs in Go 1.24.13, as its DWARF has them. Written by fixtures/make-layouts.js; layout-table.ts has the notation.
 */
import type {LayoutTable} from './layout-table.js';

export const GO_1_24: LayoutTable = {
  go: '1.24.13',
  constants: {
    'internal/abi.FuncIDWrapper': 22,
    'runtime._FinBlockSize': 4096,
    'runtime._KindSpecialCleanup': 6,
    'runtime._KindSpecialFinalizer': 1,
    'runtime._KindSpecialPinCounter': 5,
    'runtime._KindSpecialProfile': 3,
    'runtime._KindSpecialReachable': 4,
    'runtime._KindSpecialWeakHandle': 2,
    'runtime.addrBits': 48,
    'runtime.buckHashSize': 179999,
    'runtime.minSizeForMallocHeader': 512,
  },
  variables:
    'runtime.MemProfileRate runtime.allfin runtime.allglen runtime.allgs runtime.allm runtime.allp runtime.bbuckets runtime.buckhash runtime.buildVersion runtime.firstmoduledata runtime.gcBitsArenas runtime.gcController runtime.gcphase runtime.itabTable runtime.mbuckets runtime.memstats runtime.mheap_ runtime.modinfo runtime.persistentChunks runtime.sched runtime.spanSetBlockPool runtime.waitReasonStrings runtime.work runtime.xbuckets',
  structs: {
    'runtime.g':
      '440 stack@0:16 stackguard0@16 _panic@32 _defer@40 m@48 sched@56:56 syscallsp@112 syscallpc@120 syscallbp@128 stktopsp@136 param@144 atomicstatus@152:4 goid@160 schedlink@168 waitsince@176 waitreason@184:1 asyncSafePoint@188:1 lockedm@216 sigcode0@256 sigcode1@264 sigpc@272 parentGoid@280 gopc@288 ancestors@296 startpc@304 waiting@320 cgoCtxt@328:24 labels@352 timer@360 coroarg@384',
    'runtime.gobuf': '56 sp@0 pc@8 g@16 ctxt@24 ret@32 lr@40 bp@48',
    'runtime.stack': '16 lo@0 hi@8',
    'runtime.m':
      '1832 g0@0 procid@72 gsignal@80 tls@136:48 curg@192 caughtsig@200 p@208 id@232 mallocing@240:4 throwing@244:4 locks@264:4 dying@268:4 incgo@280:1 isextra@281:1 alllink@352 schedlink@360 lockedg@368 libcallpc@880 libcallsp@888 libcallg@896 vdsoSP@904 vdsoPC@912 preemptGen@920:4',
    'runtime.p':
      '8952 id@0:4 status@4:4 link@8 sysmontick@24:24 m@48 mcache@56 pcache@64:24 limiterEvent@4656 gcMarkWorkerStartTime@4672 gcw@4680:40 timers@8840:72 gcStopTime@8944',
    'runtime.sysmontick': '24 schedtick@0:4 syscalltick@4:4 schedwhen@8 syscallwhen@16',
    'runtime.timers': '72 heap@8:24 minWhenHeap@48 minWhenModified@56',
    'runtime.schedt':
      '6824 goidgen@0 lastpoll@8 lock@24 midle@32 nmidle@40:4 nmidlelocked@44:4 mnext@48 maxmcount@56:4 nmsys@60:4 nmfreed@64 ngsys@72:4 pidle@80 npidle@88:4 runq@104:16 gFree@160:32 gcwaiting@232:1 sysmonwait@248:1 procresizetime@296',
    'runtime._defer': '48 heap@0:1 rangefunc@1:1 sp@8 pc@16 fn@24 link@32 head@40',
    'runtime._panic':
      '104 argp@0 arg@8:16 link@24 startPC@32 startSP@40 sp@48 lr@56 fp@64 retpc@72 deferBitsPtr@80 slotsPtr@88 recovered@96:1 goexit@97:1 deferreturn@98:1',
    'runtime.sudog':
      '88 g@0 next@8 prev@16 elem@24 acquiretime@32 releasetime@40 ticket@48:4 isSelect@52:1 success@53:1 waiters@54:2 parent@56 waitlink@64 waittail@72 c@80',
    'runtime.hchan':
      '104 qcount@0 dataqsiz@8 buf@16 elemsize@24:2 synctest@26:1 closed@28:4 timer@32 elemtype@40 sendx@48 recvx@56 recvq@64:16 sendq@80:16 lock@96',
    'runtime.waitq': '16 first@0 last@8',
    'runtime.timer':
      '88 mu@0 astate@8:1 state@9:1 isChan@10:1 isFake@11:1 blocked@12:4 when@16 period@24 f@32 arg@40:16 seq@56 ts@64 sendLock@72 isSending@80:4',
    'runtime.moduledata':
      '584 NotInHeap@0:0 pcHeader@0 funcnametab@8:24 cutab@32:24 filetab@56:24 pctab@80:24 pclntable@104:24 ftab@128:24 findfunctab@152 minpc@160 maxpc@168 text@176 etext@184 noptrdata@192 enoptrdata@200 data@208 edata@216 bss@224 ebss@232 noptrbss@240 enoptrbss@248 covctrs@256 ecovctrs@264 end@272 gcdata@280 gcbss@288 types@296 etypes@304 rodata@312 gofunc@320 textsectmap@328:24 typelinks@352:24 itablinks@376:24 ptab@400:24 pluginpath@424:16 pkghashes@440:24 inittasks@464:24 modulename@488:16 modulehashes@504:24 hasmain@528:1 bad@529:1 gcdatamask@536:16 gcbssmask@552:16 typemap@568 next@576',
    'runtime.itabTableType': '4112 size@0 count@8 entries@16:4096',
    'runtime.mheap':
      '93008 lock@0 pages@8:65848 sweepgen@65856:4 allspans@65864:24 pagesInUse@65888 pagesSwept@65896 pagesSweptBasis@65904 sweepHeapLiveBasis@65912 sweepPagesPerByte@65920 reclaimIndex@65928 reclaimCredit@65936 arenas@66008 arenasHugePages@66016:1 heapArenaAlloc@66024:32 arenaHints@66056 arena@66064:32 allArenas@66096:24 sweepArenas@66120:24 markArenas@66144:24 curArena@66168:16 central@66184:26112 spanalloc@92296:72 cachealloc@92368:72 specialfinalizeralloc@92440:72 specialCleanupAlloc@92512:72 specialprofilealloc@92584:72 specialReachableAlloc@92656:72 specialPinCounterAlloc@92728:72 specialWeakHandleAlloc@92800:72 speciallock@92872 arenaHintAlloc@92880:72 userArena@92952:40 cleanupID@92992 unused@93000',
    'runtime.heapArena':
      '68624 spans@0:65536 pageInUse@65536:1024 pageMarks@66560:1024 pageSpecials@67584:1024 checkmarks@68608 zeroedBase@68616',
    'runtime.mspan':
      '160 next@0 prev@8 list@16 startAddr@24 npages@32 manualFreeList@40 freeindex@48:2 nelems@50:2 freeIndexForScan@52:2 allocCache@56 allocBits@64 gcmarkBits@72 pinnerBits@80 sweepgen@88:4 divMul@92:4 allocCount@96:2 spanclass@98:1 state@99:1 needzero@100:1 isUserArenaChunk@101:1 allocCountBeforeCache@102:2 elemsize@104 limit@112 speciallock@120 specials@128 userArenaChunkFree@136:16 largeType@152',
    'runtime.mcache': '1208 tiny@24 tinyoffset@32 alloc@48:1088 stackcache@1136:64',
    'runtime.mcentral': '168 spanclass@0:1 partial@8:80 full@88:80',
    'runtime.pageAlloc':
      '65848 summary@0:120 chunks@120:65536 searchAddr@65656 start@65664 end@65672 inUse@65680:40 scav@65720:96 mheapLock@65816 sysStat@65824 summaryMappedReady@65832 chunkHugePages@65840:1 test@65841:1',
    'runtime.pageCache': '24 base@0 cache@8 scav@16',
    'runtime.pallocData': '128 pallocBits@0:64 scavenged@64:64',
    'runtime.scavengeIndex': '80 chunks@0:24 min@24 max@32 minHeapIdx@40 searchAddrBg@48 searchAddrForce@56 freeHWM@64 gen@72:4 test@76:1',
    'runtime.atomicScavChunkData': '8 value@0',
    'runtime.spanSet': '40 spineLock@0 spine@8 spineLen@16 spineCap@24 index@32',
    'runtime.spanSetBlock': '4120 lfnode@0:16 popped@16:4 spans@24:4096',
    'runtime.fixalloc': '72 size@0 first@8 arg@16 list@24 chunk@32 nchunk@40:4 nalloc@44:4 inuse@48 stat@56 zero@64:1',
    'runtime.gcBitsArena': '65536 free@0 next@8 bits@16:65520',
    'runtime.gcWork': '40',
    'runtime.mutex': '8 lockRankStruct@0:0 key@0',
    'runtime.workType': '592 full@0 empty@72 wbufSpans@144:40 tstart@216 tSweepTerm@440 tMark@448 tMarkTerm@456 tEnd@464',
    'runtime.special': '24 next@0 offset@8 kind@16:1',
    'runtime.specialfinalizer': '56 special@0:24 fn@24 nret@32 fint@40 ot@48',
    'runtime.specialWeakHandle': '32 special@0:24 handle@24',
    'runtime.specialCleanup': '40 special@0:24 fn@24 id@32',
    'runtime.specialprofile': '32 special@0:24 b@24',
    'runtime.specialReachable': '32 special@0:24 done@24:1 reachable@25:1',
    'runtime.specialPinCounter': '32 special@0:24 counter@24',
    'runtime.finblock': '4064 alllink@0 next@8 cnt@16:4 fin@24:4040',
    'runtime.finalizer': '40 fn@0 arg@8 nret@16 fint@24 ot@32',
    'runtime.bucket': '48 next@0 allnext@8 typ@16 hash@24 size@32 nstk@40',
    'runtime.memRecord': '128 active@0:32 future@32:96',
    'runtime.memRecordCycle': '32 allocs@0 frees@8 alloc_bytes@16 free_bytes@24',
    'runtime.gcControllerState':
      '392 gcPercent@0:4 memoryLimit@8 gcPercentHeapGoal@72 heapLive@104 heapMarked@152 markStartTime@224 heapInUse@272 heapReleased@280 heapFree@288 totalAlloc@296 totalFree@304 mappedReady@312',
    'runtime.mstats': '7744 last_gc_unix@3592 pause_end@5656:2048 numgc@7704:4 last_gc_nanotime@7720',
    'internal/runtime/maps.Map': '48 used@0 seed@8 dirPtr@16 dirLen@24 globalDepth@32:1 globalShift@33:1 writing@34:1 clearSeq@40',
    'internal/runtime/maps.table': '32 used@0:2 capacity@2:2 growthLeft@4:2 localDepth@6:1 index@8 groups@16:16',
  },
  arm64: {
    'runtime.mheap':
      '101776 lock@0 pages@8:65848 sweepgen@65856:4 allspans@65864:24 pagesInUse@65888 pagesSwept@65896 pagesSweptBasis@65904 sweepHeapLiveBasis@65912 sweepPagesPerByte@65920 reclaimIndex@65928 reclaimCredit@65936 arenas@66072 arenasHugePages@66080:1 heapArenaAlloc@66088:32 arenaHints@66120 arena@66128:32 allArenas@66160:24 sweepArenas@66184:24 markArenas@66208:24 curArena@66232:16 central@66248:34816 spanalloc@101064:72 cachealloc@101136:72 specialfinalizeralloc@101208:72 specialCleanupAlloc@101280:72 specialprofilealloc@101352:72 specialReachableAlloc@101424:72 specialPinCounterAlloc@101496:72 specialWeakHandleAlloc@101568:72 speciallock@101640 arenaHintAlloc@101648:72 userArena@101720:40 cleanupID@101760 unused@101768',
    'runtime.workType': '720 full@0 empty@136 wbufSpans@272:40 tstart@344 tSweepTerm@568 tMark@576 tMarkTerm@584 tEnd@592',
    'runtime.gcControllerState':
      '456 gcPercent@0:4 memoryLimit@8 gcPercentHeapGoal@72 heapLive@104 heapMarked@152 markStartTime@224 heapInUse@272 heapReleased@280 heapFree@288 totalAlloc@296 totalFree@304 mappedReady@312',
  },
  experiments: {
    noswissmap: {
      'runtime.hmap': '56 count@0 flags@8:1 B@9:1 noverflow@10:2 hash0@12:4 buckets@16 oldbuckets@24 nevacuate@32 clearSeq@40 extra@48',
      'runtime.mapextra': '24 overflow@0 oldoverflow@8 nextOverflow@16',
    },
  },
};
