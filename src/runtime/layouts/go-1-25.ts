/**
 * The runtime's structs in Go 1.25.12, as its DWARF has them. Written by fixtures/make-layouts.js; layout-table.ts has the notation.
 */
import type {LayoutTable} from './layout-table.js';

export const GO_1_25: LayoutTable = {
  go: '1.25.12',
  constants: {
    'internal/abi.FuncIDWrapper': 23,
    'internal/runtime/gc.MinSizeForMallocHeader': 512,
    'runtime._KindSpecialBubble': 9,
    'runtime._KindSpecialCheckFinalizer': 8,
    'runtime._KindSpecialCleanup': 7,
    'runtime._KindSpecialFinalizer': 2,
    'runtime._KindSpecialPinCounter': 6,
    'runtime._KindSpecialProfile': 4,
    'runtime._KindSpecialReachable': 5,
    'runtime._KindSpecialTinyBlock': 1,
    'runtime._KindSpecialWeakHandle': 3,
    'runtime.addrBits': 49,
    'runtime.buckHashSize': 179999,
    'runtime.defaultAddrBits': 49,
    'runtime.finBlockSize': 4096,
    'runtime.minSizeForMallocHeader': 512,
    'runtime.tagAlignBits': 9,
  },
  variables:
    'runtime.MemProfileRate runtime.allfin runtime.allglen runtime.allgs runtime.allm runtime.allp runtime.bbuckets runtime.buckhash runtime.buildVersion runtime.firstmoduledata runtime.gcBitsArenas runtime.gcCleanups runtime.gcController runtime.gcphase runtime.itabTable runtime.mbuckets runtime.memstats runtime.mheap_ runtime.modinfo runtime.persistentChunks runtime.sched runtime.spanSetBlockPool runtime.waitReasonStrings runtime.work runtime.xbuckets',
  structs: {
    'runtime.g':
      '440 stack@0:16 stackguard0@16 _panic@32 _defer@40 m@48 sched@56:48 syscallsp@104 syscallpc@112 syscallbp@120 stktopsp@128 param@136 atomicstatus@144:4 goid@152 schedlink@160 waitsince@168 waitreason@176:1 asyncSafePoint@180:1 lockedm@208 sigcode0@248 sigcode1@256 sigpc@264 parentGoid@272 gopc@280 ancestors@288 startpc@296 waiting@312 cgoCtxt@320:24 labels@344 timer@352 coroarg@376 bubble@384',
    'runtime.gobuf': '48 sp@0 pc@8 g@16 ctxt@24 lr@32 bp@40',
    'runtime.stack': '16 lo@0 hi@8',
    'runtime.m':
      '1816 g0@0 procid@64 gsignal@72 tls@128:48 curg@184 caughtsig@192 p@200 id@224 mallocing@232:4 throwing@236:4 locks@256:4 dying@260:4 incgo@272:1 isextra@273:1 alllink@344 schedlink@352 lockedg@360 libcallpc@872 libcallsp@880 libcallg@888 vdsoSP@896 vdsoPC@904 preemptGen@912:4',
    'runtime.p':
      '9512 id@0:4 status@4:4 link@8 sysmontick@24:24 m@48 mcache@56 pcache@64:24 limiterEvent@4656 gcMarkWorkerStartTime@4672 gcw@4680:592 timers@9392:64 gcStopTime@9504',
    'runtime.sysmontick': '24 schedtick@0:4 syscalltick@4:4 schedwhen@8 syscallwhen@16',
    'runtime.timers': '64 heap@8:24 minWhenHeap@48 minWhenModified@56',
    'runtime.schedt':
      '6848 goidgen@0 lastpoll@8 lock@32 midle@40 nmidle@48:4 nmidlelocked@52:4 mnext@56 maxmcount@64:4 nmsys@68:4 nmfreed@72 ngsys@80:4 pidle@88 npidle@96:4 runq@112:24 gFree@168:40 gcwaiting@248:1 sysmonwait@264:1 procresizetime@312',
    'runtime._defer': '48 heap@0:1 rangefunc@1:1 sp@8 pc@16 fn@24 link@32 head@40',
    'runtime._panic':
      '104 argp@0 arg@8:16 link@24 startPC@32 startSP@40 sp@48 lr@56 fp@64 retpc@72 deferBitsPtr@80 slotsPtr@88 recovered@96:1 repanicked@97:1 goexit@98:1 deferreturn@99:1',
    'runtime.sudog':
      '88 g@0 next@8 prev@16 elem@24 acquiretime@32 releasetime@40 ticket@48:4 isSelect@52:1 success@53:1 waiters@54:2 parent@56 waitlink@64 waittail@72 c@80',
    'runtime.hchan':
      '112 qcount@0 dataqsiz@8 buf@16 elemsize@24:2 closed@28:4 timer@32 elemtype@40 sendx@48 recvx@56 recvq@64:16 sendq@80:16 bubble@96 lock@104',
    'runtime.waitq': '16 first@0 last@8',
    'runtime.timer':
      '96 mu@0 astate@8:1 state@9:1 isChan@10:1 isFake@11:1 blocked@12:4 rand@16:4 when@24 period@32 f@40 arg@48:16 seq@64 ts@72 sendLock@80 isSending@88:4',
    'runtime.moduledata':
      '584 NotInHeap@0:0 pcHeader@0 funcnametab@8:24 cutab@32:24 filetab@56:24 pctab@80:24 pclntable@104:24 ftab@128:24 findfunctab@152 minpc@160 maxpc@168 text@176 etext@184 noptrdata@192 enoptrdata@200 data@208 edata@216 bss@224 ebss@232 noptrbss@240 enoptrbss@248 covctrs@256 ecovctrs@264 end@272 gcdata@280 gcbss@288 types@296 etypes@304 rodata@312 gofunc@320 textsectmap@328:24 typelinks@352:24 itablinks@376:24 ptab@400:24 pluginpath@424:16 pkghashes@440:24 inittasks@464:24 modulename@488:16 modulehashes@504:24 hasmain@528:1 bad@529:1 gcdatamask@536:16 gcbssmask@552:16 typemap@568 next@576',
    'runtime.itabTableType': '4112 size@0 count@8 entries@16:4096',
    'runtime.mheap':
      '93320 lock@0 pages@8:65848 sweepgen@65856:4 allspans@65864:24 pagesInUse@65888 pagesSwept@65896 pagesSweptBasis@65904 sweepHeapLiveBasis@65912 sweepPagesPerByte@65920 reclaimIndex@65928 reclaimCredit@65936 arenas@66008 arenasHugePages@66016:1 heapArenaAlloc@66024:32 arenaHints@66056 arena@66064:32 heapArenas@66096:24 userArenaArenas@66120:24 sweepArenas@66144:24 markArenas@66168:24 curArena@66192:16 central@66208:26112 spanalloc@92320:72 cachealloc@92392:72 specialfinalizeralloc@92464:72 specialCleanupAlloc@92536:72 specialCheckFinalizerAlloc@92608:72 specialTinyBlockAlloc@92680:72 specialprofilealloc@92752:72 specialReachableAlloc@92824:72 specialPinCounterAlloc@92896:72 specialWeakHandleAlloc@92968:72 specialBubbleAlloc@93040:72 speciallock@93112 arenaHintAlloc@93120:72 userArena@93192:40 cleanupID@93232 immortalWeakHandles@93304 unused@93312',
    'runtime.heapArena':
      '69648 spans@0:65536 pageInUse@65536:1024 pageMarks@66560:1024 pageSpecials@67584:1024 pageUseSpanInlineMarkBits@68608:1024 checkmarks@69632 zeroedBase@69640',
    'runtime.mspan':
      '160 next@0 prev@8 list@16 startAddr@24 npages@32 manualFreeList@40 freeindex@48:2 nelems@50:2 freeIndexForScan@52:2 scanIdx@54:2 allocCache@56 allocBits@64 gcmarkBits@72 pinnerBits@80 sweepgen@88:4 divMul@92:4 allocCount@96:2 spanclass@98:1 state@99:1 needzero@100:1 isUserArenaChunk@101:1 allocCountBeforeCache@102:2 elemsize@104 limit@112 speciallock@120 specials@128 userArenaChunkFree@136:16 largeType@152',
    'runtime.mcache': '1208 tiny@24 tinyoffset@32 alloc@48:1088 stackcache@1136:64',
    'runtime.mcentral': '168 spanclass@0:1 partial@8:80 full@88:80',
    'runtime.pageAlloc':
      '65848 summary@0:120 chunks@120:65536 searchAddr@65656 start@65664 end@65672 inUse@65680:40 scav@65720:96 mheapLock@65816 sysStat@65824 summaryMappedReady@65832 chunkHugePages@65840:1 test@65841:1',
    'runtime.pageCache': '24 base@0 cache@8 scav@16',
    'runtime.pallocData': '128 pallocBits@0:64 scavenged@64:64',
    'runtime.scavengeIndex': '80 chunks@0:24 min@24 max@32 minHeapIdx@40 searchAddrBg@48 searchAddrForce@56 freeHWM@64 gen@72:4 test@76:1',
    'runtime.atomicScavChunkData': '8 value@0',
    'runtime.spanSet': '40 spineLock@0 spine@8 spineLen@16 spineCap@24 index@32',
    'runtime.spanSetBlock': '4608 spanSetBlockHeader2@0:512 spans@512:4096',
    'runtime.fixalloc': '72 size@0 first@8 arg@16 list@24 chunk@32 nchunk@40:4 nalloc@44:4 inuse@48 stat@56 zero@64:1',
    'runtime.gcBitsArena': '65536 free@0 next@8 bits@16:65520',
    'runtime.gcWork': '592 ptrBuf@16',
    'runtime.mutex': '8 lockRankStruct@0:0 key@0',
    'runtime.workType': '680 full@0 empty@72 wbufSpans@144:40 tstart@280 tSweepTerm@528 tMark@536 tMarkTerm@544 tEnd@552',
    'runtime.special': '24 next@0 offset@8 kind@16:1',
    'runtime.specialfinalizer': '56 special@0:24 fn@24 nret@32 fint@40 ot@48',
    'runtime.specialWeakHandle': '32 special@0:24 handle@24',
    'runtime.specialCleanup': '40 special@0:24 fn@24 id@32',
    'runtime.specialprofile': '32 special@0:24 b@24',
    'runtime.specialReachable': '32 special@0:24 done@24:1 reachable@25:1',
    'runtime.specialPinCounter': '32 special@0:24 counter@24',
    'runtime.finBlock': '4064 alllink@0 next@8 cnt@16:4 fin@24:4040',
    'runtime.finalizer': '40 fn@0 arg@8 nret@16 fint@24 ot@32',
    'runtime.cleanupQueue':
      '248 full@0 workUnits@8 free@64 flushed@72:1 all@128 lock@192 sleeping@200:16 asleep@216:4 running@220:4 ng@224:4 needg@228:4 queued@232 executed@240',
    'runtime.cleanupBlock': '512 cleanupBlockHeader@0:32 cleanups@32:480',
    'runtime.cleanupBlockHeader': '32 lfnode@0:16 alllink@16 n@24:4',
    'runtime.bucket': '48 next@0 allnext@8 typ@16 hash@24 size@32 nstk@40',
    'runtime.memRecord': '128 active@0:32 future@32:96',
    'runtime.memRecordCycle': '32 allocs@0 frees@8 alloc_bytes@16 free_bytes@24',
    'runtime.gcControllerState':
      '392 gcPercent@0:4 memoryLimit@8 gcPercentHeapGoal@72 heapLive@104 heapMarked@152 markStartTime@224 heapInUse@272 heapReleased@280 heapFree@288 totalAlloc@296 totalFree@304 mappedReady@312',
    'runtime.mstats': '8264 last_gc_unix@3568 pause_end@5632:2048 numgc@7680:4 last_gc_nanotime@7696',
    'internal/runtime/maps.Map':
      '48 used@0 seed@8 dirPtr@16 dirLen@24 globalDepth@32:1 globalShift@33:1 writing@34:1 tombstonePossible@35:1 clearSeq@40',
    'internal/runtime/maps.table': '32 used@0:2 capacity@2:2 growthLeft@4:2 localDepth@6:1 index@8 groups@16:16',
  },
  arm64: {
    'runtime.mheap':
      '102152 lock@0 pages@8:65848 sweepgen@65856:4 allspans@65864:24 pagesInUse@65888 pagesSwept@65896 pagesSweptBasis@65904 sweepHeapLiveBasis@65912 sweepPagesPerByte@65920 reclaimIndex@65928 reclaimCredit@65936 arenas@66072 arenasHugePages@66080:1 heapArenaAlloc@66088:32 arenaHints@66120 arena@66128:32 heapArenas@66160:24 userArenaArenas@66184:24 sweepArenas@66208:24 markArenas@66232:24 curArena@66256:16 central@66272:34816 spanalloc@101088:72 cachealloc@101160:72 specialfinalizeralloc@101232:72 specialCleanupAlloc@101304:72 specialCheckFinalizerAlloc@101376:72 specialTinyBlockAlloc@101448:72 specialprofilealloc@101520:72 specialReachableAlloc@101592:72 specialPinCounterAlloc@101664:72 specialWeakHandleAlloc@101736:72 specialBubbleAlloc@101808:72 speciallock@101880 arenaHintAlloc@101888:72 userArena@101960:40 cleanupID@102000 immortalWeakHandles@102136 unused@102144',
    'runtime.workType': '872 full@0 empty@136 wbufSpans@272:40 tstart@472 tSweepTerm@720 tMark@728 tMarkTerm@736 tEnd@744',
    'runtime.cleanupQueue':
      '440 full@0 workUnits@8 free@128 flushed@136:1 all@256 lock@384 sleeping@392:16 asleep@408:4 running@412:4 ng@416:4 needg@420:4 queued@424 executed@432',
    'runtime.gcControllerState':
      '456 gcPercent@0:4 memoryLimit@8 gcPercentHeapGoal@72 heapLive@104 heapMarked@152 markStartTime@224 heapInUse@272 heapReleased@280 heapFree@288 totalAlloc@296 totalFree@304 mappedReady@312',
  },
  experiments: {
    noswissmap: {
      'runtime.hmap': '56 count@0 flags@8:1 B@9:1 noverflow@10:2 hash0@12:4 buckets@16 oldbuckets@24 nevacuate@32 clearSeq@40 extra@48',
      'runtime.mapextra': '24 overflow@0 oldoverflow@8 nextOverflow@16',
    },
    greenteagc: {
      'runtime.p':
        '13744 id@0:4 status@4:4 link@8 sysmontick@24:24 m@48 mcache@56 pcache@64:24 limiterEvent@4656 gcMarkWorkerStartTime@4672 gcw@4680:4824 timers@13624:64 gcStopTime@13736',
      'runtime.gcWork': '4824 ptrBuf@2072',
      'runtime.workType': '776 full@0 empty@72 wbufSpans@144:40 tstart@376 tSweepTerm@624 tMark@632 tMarkTerm@640 tEnd@648',
      'runtime.mstats': '10440 last_gc_unix@3568 pause_end@5632:2048 numgc@7680:4 last_gc_nanotime@7696',
    },
  },
};
