/**
 * The runtime's structs in Go 1.27.1, as its DWARF has them. Written by fixtures/make-layouts.js; layout-table.ts has the notation.
 */
import type {LayoutTable} from './layout-table.js';

export const GO_1_27: LayoutTable = {
  go: '1.27.1',
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
    'runtime._KindSpecialSecret': 10,
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
      '456 stack@0:16 stackguard0@16 _panic@32 _defer@40 m@48 sched@56:48 syscallsp@104 syscallpc@112 syscallbp@120 stktopsp@128 param@136 atomicstatus@144:4 goid@152 schedlink@160 waitsince@168 waitreason@176:1 asyncSafePoint@180:1 lockedm@208 sigcode0@256 sigcode1@264 sigpc@272 parentGoid@280 gopc@288 ancestors@296 startpc@304 waiting@320 cgoCtxt@328:24 labels@352 timer@360 coroarg@384 bubble@392 xRegs@400',
    'runtime.gobuf': '48 sp@0 pc@8 g@16 ctxt@24 lr@32 bp@40',
    'runtime.stack': '16 lo@0 hi@8',
    'runtime.m':
      '1832 g0@0 procid@64 gsignal@72 tls@128:48 curg@184 caughtsig@192 p@208 id@232 mallocing@240:4 throwing@244:4 locks@264:4 dying@268:4 incgo@280:1 isextra@281:1 alllink@352 schedlink@360 lockedg@384 libcallpc@872 libcallsp@880 libcallg@888 vdsoSP@896 vdsoPC@904 preemptGen@912:4',
    'runtime.p':
      '15920 id@0:4 status@4:4 link@8 sysmontick@24:24 m@48 mcache@56 pcache@64:24 limiterEvent@4664 gcMarkWorkerStartTime@4680 gcw@4696:4856 timers@13672:64 gcStopTime@13784',
    'runtime.sysmontick': '24 schedtick@0:4 syscalltick@4:4 schedwhen@8 syscallwhen@16',
    'runtime.timers': '64 heap@8:24 minWhenHeap@48 minWhenModified@56',
    'runtime.schedt':
      '6872 goidgen@0 lastpoll@8 lock@32 midle@40:24 nmidle@64:4 nmidlelocked@68:4 mnext@72 maxmcount@80:4 nmsys@84:4 nmfreed@88 ngsys@96:4 pidle@104 npidle@112:4 runq@128:24 gFree@184:40 gcwaiting@264:1 sysmonwait@280:1 procresizetime@328',
    'runtime._defer': '48 heap@0:1 rangefunc@1:1 sp@8 pc@16 fn@24 link@32 head@40',
    'runtime._panic':
      '96 arg@0:16 link@16 startPC@24 startSP@32 pc@40 sp@48 fp@56 retpc@64 deferBitsPtr@72 slotsPtr@80 recovered@88:1 repanicked@89:1 goexit@90:1 deferreturn@91:1',
    'runtime.sudog':
      '104 g@0 next@8 prev@16 elem@24:16 acquiretime@40 releasetime@48 ticket@56:4 isSelect@60:1 success@61:1 waiters@62:2 parent@64 waitlink@72 waittail@80 c@88:16',
    'runtime.hchan':
      '112 qcount@0 dataqsiz@8 buf@16 elemsize@24:2 closed@28:4 timer@32 elemtype@40 sendx@48 recvx@56 recvq@64:16 sendq@80:16 bubble@96 lock@104',
    'runtime.waitq': '16 first@0 last@8',
    'runtime.timer':
      '96 mu@0 astate@8:1 state@9:1 isChan@10:1 isFake@11:1 blocked@12:4 rand@16:4 when@24 period@32 f@40 arg@48:16 seq@64 ts@72 sendLock@80 isSending@88:4',
    'runtime.moduledata':
      '568 NotInHeap@0:0 pcHeader@0 funcnametab@8:24 cutab@32:24 filetab@56:24 pctab@80:24 pclntable@104:24 ftab@128:24 findfunctab@152 minpc@160 maxpc@168 text@176 etext@184 noptrdata@192 enoptrdata@200 data@208 edata@216 bss@224 ebss@232 noptrbss@240 enoptrbss@248 covctrs@256 ecovctrs@264 end@272 gcdata@280 gcbss@288 types@296 typedesclen@304 etypes@312 itaboffset@320 itabsize@328 rodata@336 gofunc@344 epclntab@352 textsectmap@360:24 ptab@384:24 pluginpath@408:16 pkghashes@424:24 inittasks@448:24 modulename@472:16 modulehashes@488:24 hasmain@512:1 bad@513:1 gcdatamask@520:16 gcbssmask@536:16 typemap@552 next@560',
    'runtime.itabTableType': '4112 size@0 count@8 entries@16:4096',
    'runtime.mheap':
      '93464 lock@0 pages@8:65848 sweepgen@65856:4 allspans@65864:24 pagesInUse@65888 pagesSwept@65896 pagesSweptBasis@65904 sweepHeapLiveBasis@65912 sweepPagesPerByte@65920 reclaimIndex@65928 reclaimCredit@65936 arenas@66008 arenasHugePages@66016:1 heapArenaAlloc@66024:32 arenaHints@66056 arena@66064:32 heapArenas@66096:24 userArenaArenas@66120:24 sweepArenas@66144:24 markArenas@66168:24 curArena@66192:16 central@66208:26112 spanalloc@92320:72 spanSPMCAlloc@92392:72 cachealloc@92464:72 specialfinalizeralloc@92536:72 specialCleanupAlloc@92608:72 specialCheckFinalizerAlloc@92680:72 specialTinyBlockAlloc@92752:72 specialprofilealloc@92824:72 specialReachableAlloc@92896:72 specialPinCounterAlloc@92968:72 specialWeakHandleAlloc@93040:72 specialBubbleAlloc@93112:72 specialSecretAlloc@93184:72 speciallock@93256 arenaHintAlloc@93264:72 userArena@93336:40 cleanupID@93376 immortalWeakHandles@93448 unused@93456',
    'runtime.heapArena':
      '69648 spans@0:65536 pageInUse@65536:1024 pageMarks@66560:1024 pageSpecials@67584:1024 pageUseSpanInlineMarkBits@68608:1024 checkmarks@69632 zeroedBase@69640',
    'runtime.mspan':
      '160 next@0 prev@8 list@16 startAddr@24 npages@32 manualFreeList@40 freeindex@48:2 nelems@50:2 freeIndexForScan@52:2 allocCache@56 allocBits@64 gcmarkBits@72 pinnerBits@80 sweepgen@88:4 divMul@92:4 allocCount@96:2 spanclass@98:1 state@99:1 needzero@100:1 isUserArenaChunk@101:1 allocCountBeforeCache@102:2 elemsize@104 limit@112 speciallock@120 specials@128 userArenaChunkFree@136:16 largeType@152',
    'runtime.mcache': '2296 tiny@24 tinyoffset@32 alloc@48:1088 stackcache@2224:64',
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
    'runtime.gcWork': '4856 ptrBuf@2104',
    'runtime.mutex': '8 lockRankStruct@0:0 key@0',
    'runtime.workType': '816 full@0 empty@72 wbufSpans@144:40 spanSPMCs@336:32 tstart@392 tSweepTerm@664 tMark@672 tMarkTerm@680 tEnd@688',
    'runtime.spanSPMC': '56 allnode@0:16 dead@16:1 prev@24 head@32:4 tail@36:4 cap@40:4 ring@48',
    'runtime.listNodeManual': '16 prev@0 next@8',
    'runtime.xRegs':
      '2112 Z0@0:64 Z1@64:64 Z2@128:64 Z3@192:64 Z4@256:64 Z5@320:64 Z6@384:64 Z7@448:64 Z8@512:64 Z9@576:64 Z10@640:64 Z11@704:64 Z12@768:64 Z13@832:64 Z14@896:64 Z15@960:64 Z16@1024:64 Z17@1088:64 Z18@1152:64 Z19@1216:64 Z20@1280:64 Z21@1344:64 Z22@1408:64 Z23@1472:64 Z24@1536:64 Z25@1600:64 Z26@1664:64 Z27@1728:64 Z28@1792:64 Z29@1856:64 Z30@1920:64 Z31@1984:64 K0@2048 K1@2056 K2@2064 K3@2072 K4@2080 K5@2088 K6@2096 K7@2104',
    'runtime.special': '24 next@0 offset@8 kind@16:1',
    'runtime.specialfinalizer': '56 special@0:24 fn@24 nret@32 fint@40 ot@48',
    'runtime.specialWeakHandle': '32 special@0:24 handle@24',
    'runtime.specialCleanup': '56 special@0:24 cleanup@24:24 id@48',
    'runtime.specialprofile': '32 special@0:24 b@24',
    'runtime.specialReachable': '32 special@0:24 done@24:1 reachable@25:1',
    'runtime.specialPinCounter': '32 special@0:24 counter@24',
    'runtime.finBlock': '4064 alllink@0 next@8 cnt@16:4 fin@24:4040',
    'runtime.finalizer': '40 fn@0 arg@8 nret@16 fint@24 ot@32',
    'runtime.cleanupQueue':
      '248 full@0 workUnits@8 free@64 flushed@72:1 all@128 lock@192 sleeping@200:16 asleep@216:4 running@220:4 ng@224:4 needg@228:4 queued@232 executed@240',
    'runtime.cleanupBlock': '512 cleanupBlockHeader@0:32 cleanups@32:480',
    'runtime.cleanupBlockHeader': '32 lfnode@0:16 alllink@16 n@24:4',
    'runtime.cleanupFn': '24 call@0 fn@8 arg@16',
    'runtime.bucket': '48 next@0 allnext@8 typ@16 hash@24 size@32 nstk@40',
    'runtime.memRecord': '64 active@0:16 future@16:48',
    'runtime.memRecordCycle': '16 allocs@0 frees@8',
    'runtime.gcControllerState':
      '392 gcPercent@0:4 memoryLimit@8 gcPercentHeapGoal@72 heapLive@104 heapMarked@152 markStartTime@224 heapInUse@272 heapReleased@280 heapFree@288 totalAlloc@296 totalFree@304 mappedReady@312',
    'runtime.mstats': '10440 last_gc_unix@3568 pause_end@5632:2048 numgc@7680:4 last_gc_nanotime@7696',
    'internal/runtime/maps.Map':
      '48 used@0 seed@8 dirPtr@16 dirLen@24 globalDepth@32:1 globalShift@33:1 writing@34:1 tombstonePossible@35:1 clearSeq@40',
    'internal/runtime/maps.table': '32 used@0:2 capacity@2:2 growthLeft@4:2 localDepth@6:1 index@8 groups@16:16',
  },
  arm64: {
    'runtime.p':
      '14320 id@0:4 status@4:4 link@8 sysmontick@24:24 m@48 mcache@56 pcache@64:24 limiterEvent@4664 gcMarkWorkerStartTime@4680 gcw@4696:4856 timers@13672:64 gcStopTime@13784',
    'runtime.mheap':
      '102296 lock@0 pages@8:65848 sweepgen@65856:4 allspans@65864:24 pagesInUse@65888 pagesSwept@65896 pagesSweptBasis@65904 sweepHeapLiveBasis@65912 sweepPagesPerByte@65920 reclaimIndex@65928 reclaimCredit@65936 arenas@66072 arenasHugePages@66080:1 heapArenaAlloc@66088:32 arenaHints@66120 arena@66128:32 heapArenas@66160:24 userArenaArenas@66184:24 sweepArenas@66208:24 markArenas@66232:24 curArena@66256:16 central@66272:34816 spanalloc@101088:72 spanSPMCAlloc@101160:72 cachealloc@101232:72 specialfinalizeralloc@101304:72 specialCleanupAlloc@101376:72 specialCheckFinalizerAlloc@101448:72 specialTinyBlockAlloc@101520:72 specialprofilealloc@101592:72 specialReachableAlloc@101664:72 specialPinCounterAlloc@101736:72 specialWeakHandleAlloc@101808:72 specialBubbleAlloc@101880:72 specialSecretAlloc@101952:72 speciallock@102024 arenaHintAlloc@102032:72 userArena@102104:40 cleanupID@102144 immortalWeakHandles@102280 unused@102288',
    'runtime.workType':
      '1072 full@0 empty@136 wbufSpans@272:40 spanSPMCs@592:32 tstart@648 tSweepTerm@920 tMark@928 tMarkTerm@936 tEnd@944',
    'runtime.xRegs':
      '512 V0@0:16 V1@16:16 V2@32:16 V3@48:16 V4@64:16 V5@80:16 V6@96:16 V7@112:16 V8@128:16 V9@144:16 V10@160:16 V11@176:16 V12@192:16 V13@208:16 V14@224:16 V15@240:16 V16@256:16 V17@272:16 V18@288:16 V19@304:16 V20@320:16 V21@336:16 V22@352:16 V23@368:16 V24@384:16 V25@400:16 V26@416:16 V27@432:16 V28@448:16 V29@464:16 V30@480:16 V31@496:16',
    'runtime.cleanupQueue':
      '440 full@0 workUnits@8 free@128 flushed@136:1 all@256 lock@384 sleeping@392:16 asleep@408:4 running@412:4 ng@416:4 needg@420:4 queued@424 executed@432',
    'runtime.gcControllerState':
      '456 gcPercent@0:4 memoryLimit@8 gcPercentHeapGoal@72 heapLive@104 heapMarked@152 markStartTime@224 heapInUse@272 heapReleased@280 heapFree@288 totalAlloc@296 totalFree@304 mappedReady@312',
  },
  experiments: {
    nogreenteagc: {
      'runtime.p':
        '11664 id@0:4 status@4:4 link@8 sysmontick@24:24 m@48 mcache@56 pcache@64:24 limiterEvent@4664 gcMarkWorkerStartTime@4680 gcw@4696:600 timers@9416:64 gcStopTime@9528',
      'runtime.gcWork': '600 ptrBuf@24',
      'runtime.mstats': '8264 last_gc_unix@3568 pause_end@5632:2048 numgc@7680:4 last_gc_nanotime@7696',
    },
  },
};
