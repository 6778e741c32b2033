/**
 * The runtime's structs in Go 1.22.12, as its DWARF has them. Written by fixtures/make-layouts.js; layout-table.ts has the notation.
 */
import type {LayoutTable} from './layout-table.js';

export const GO_1_22: LayoutTable = {
  go: '1.22.12',
  constants: {
    'internal/abi.FuncIDWrapper': 22,
    'runtime._FinBlockSize': 4096,
    'runtime._KindSpecialFinalizer': 1,
    'runtime._KindSpecialPinCounter': 4,
    'runtime._KindSpecialProfile': 2,
    'runtime._KindSpecialReachable': 3,
    'runtime.addrBits': 48,
    'runtime.buckHashSize': 179999,
    'runtime.minSizeForMallocHeader': 512,
  },
  variables:
    'runtime.MemProfileRate runtime.allfin runtime.allglen runtime.allgs runtime.allm runtime.allp runtime.bbuckets runtime.buckhash runtime.buildVersion runtime.firstmoduledata runtime.gcBitsArenas runtime.gcController runtime.gcphase runtime.itabTable runtime.mbuckets runtime.memstats runtime.mheap_ runtime.modinfo runtime.persistentChunks runtime.sched runtime.spanSetBlockPool runtime.waitReasonStrings runtime.work runtime.xbuckets',
  structs: {
    'runtime.g':
      '424 stack@0:16 stackguard0@16 _panic@32 _defer@40 m@48 sched@56:56 syscallsp@112 syscallpc@120 stktopsp@128 param@136 atomicstatus@144:4 goid@152 schedlink@160 waitsince@168 waitreason@176:1 asyncSafePoint@180:1 lockedm@208 sigcode0@248 sigcode1@256 sigpc@264 parentGoid@272 gopc@280 ancestors@288 startpc@296 waiting@312 cgoCtxt@320:24 labels@344 timer@352 coroarg@368',
    'runtime.gobuf': '56 sp@0 pc@8 g@16 ctxt@24 ret@32 lr@40 bp@48',
    'runtime.stack': '16 lo@0 hi@8',
    'runtime.m':
      '2024 g0@0 procid@72 gsignal@80 tls@136:48 curg@192 caughtsig@200 p@208 id@232 mallocing@240:4 throwing@244:4 locks@264:4 dying@268:4 incgo@280:1 isextra@281:1 alllink@328 schedlink@336 lockedg@344 libcallpc@1048 libcallsp@1056 libcallg@1064 vdsoSP@1120 vdsoPC@1128 preemptGen@1136:4',
    'runtime.p':
      '8944 id@0:4 status@4:4 link@8 sysmontick@24:32 m@56 mcache@64 pcache@72:24 timer0When@4648 timerModifiedEarliest@4656 limiterEvent@4680 gcMarkWorkerStartTime@4696 gcw@4704:40 timers@8872:24',
    'runtime.sysmontick': '32 schedtick@0:4 schedwhen@8 syscalltick@16:4 syscallwhen@24',
    'runtime.schedt':
      '6824 goidgen@0 lastpoll@8 lock@24 midle@32 nmidle@40:4 nmidlelocked@44:4 mnext@48 maxmcount@56:4 nmsys@60:4 nmfreed@64 ngsys@72:4 pidle@80 npidle@88:4 runq@104:16 gFree@160:32 gcwaiting@232:1 sysmonwait@248:1 procresizetime@296',
    'runtime._defer': '48 heap@0:1 rangefunc@1:1 sp@8 pc@16 fn@24 link@32 head@40',
    'runtime._panic':
      '104 argp@0 arg@8:16 link@24 startPC@32 startSP@40 sp@48 lr@56 fp@64 retpc@72 deferBitsPtr@80 slotsPtr@88 recovered@96:1 goexit@97:1 deferreturn@98:1',
    'runtime.sudog':
      '88 g@0 next@8 prev@16 elem@24 acquiretime@32 releasetime@40 ticket@48:4 isSelect@52:1 success@53:1 waiters@54:2 parent@56 waitlink@64 waittail@72 c@80',
    'runtime.hchan':
      '96 qcount@0 dataqsiz@8 buf@16 elemsize@24:2 closed@28:4 elemtype@32 sendx@40 recvx@48 recvq@56:16 sendq@72:16 lock@88',
    'runtime.waitq': '16 first@0 last@8',
    'runtime.timer': '72 pp@0 when@8 period@16 f@24 arg@32:16 seq@48 nextwhen@56 status@64:4',
    'runtime.moduledata':
      '592 NotInHeap@0:0 pcHeader@0 funcnametab@8:24 cutab@32:24 filetab@56:24 pctab@80:24 pclntable@104:24 ftab@128:24 findfunctab@152 minpc@160 maxpc@168 text@176 etext@184 noptrdata@192 enoptrdata@200 data@208 edata@216 bss@224 ebss@232 noptrbss@240 enoptrbss@248 covctrs@256 ecovctrs@264 end@272 gcdata@280 gcbss@288 types@296 etypes@304 rodata@312 gofunc@320 textsectmap@328:24 typelinks@352:24 itablinks@376:24 ptab@400:24 pluginpath@424:16 pkghashes@440:24 inittasks@464:24 modulename@488:16 modulehashes@504:24 hasmain@528:1 gcdatamask@536:16 gcbssmask@552:16 typemap@568 bad@576:1 next@584',
    'runtime.itabTableType': '4112 size@0 count@8 entries@16:4096',
    'runtime.mheap':
      '92856 lock@0 pages@8:65848 sweepgen@65856:4 allspans@65864:24 pagesInUse@65888 pagesSwept@65896 pagesSweptBasis@65904 sweepHeapLiveBasis@65912 sweepPagesPerByte@65920 reclaimIndex@65928 reclaimCredit@65936 arenas@66008 arenasHugePages@66016:1 heapArenaAlloc@66024:32 arenaHints@66056 arena@66064:32 allArenas@66096:24 sweepArenas@66120:24 markArenas@66144:24 curArena@66168:16 central@66184:26112 spanalloc@92296:72 cachealloc@92368:72 specialfinalizeralloc@92440:72 specialprofilealloc@92512:72 specialReachableAlloc@92584:72 specialPinCounterAlloc@92656:72 speciallock@92728 arenaHintAlloc@92736:72 userArena@92808:40 unused@92848',
    'runtime.heapArena':
      '68624 heapArenaPtrScalar@0:0 spans@0:65536 pageInUse@65536:1024 pageMarks@66560:1024 pageSpecials@67584:1024 checkmarks@68608 zeroedBase@68616',
    'runtime.heapArenaPtrScalar': '0',
    'runtime.mspan':
      '160 next@0 prev@8 list@16 startAddr@24 npages@32 manualFreeList@40 freeindex@48:2 nelems@50:2 freeIndexForScan@52:2 allocCache@56 allocBits@64 gcmarkBits@72 pinnerBits@80 sweepgen@88:4 divMul@92:4 allocCount@96:2 spanclass@98:1 state@99:1 needzero@100:1 isUserArenaChunk@101:1 allocCountBeforeCache@102:2 elemsize@104 limit@112 speciallock@120 specials@128 userArenaChunkFree@136:16 largeType@152',
    'runtime.mcache': '1200 tiny@16 tinyoffset@24 alloc@40:1088 stackcache@1128:64',
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
    'runtime.workType': '568 full@0 empty@72 wbufSpans@144:40 tstart@216 tSweepTerm@416 tMark@424 tMarkTerm@432 tEnd@440',
    'runtime.special': '16 next@0 offset@8:2 kind@10:1',
    'runtime.specialfinalizer': '48 special@0:16 fn@16 nret@24 fint@32 ot@40',
    'runtime.specialprofile': '24 special@0:16 b@16',
    'runtime.specialReachable': '24 special@0:16 done@16:1 reachable@17:1',
    'runtime.finblock': '4064 alllink@0 next@8 cnt@16:4 fin@24:4040',
    'runtime.finalizer': '40 fn@0 arg@8 nret@16 fint@24 ot@32',
    'runtime.bucket': '48 next@0 allnext@8 typ@16 hash@24 size@32 nstk@40',
    'runtime.memRecord': '128 active@0:32 future@32:96',
    'runtime.memRecordCycle': '32 allocs@0 frees@8 alloc_bytes@16 free_bytes@24',
    'runtime.gcControllerState':
      '392 gcPercent@0:4 memoryLimit@8 gcPercentHeapGoal@72 heapLive@104 heapMarked@152 markStartTime@224 heapInUse@272 heapReleased@280 heapFree@288 totalAlloc@296 totalFree@304 mappedReady@312',
    'runtime.mstats': '7744 last_gc_unix@3592 pause_end@5656:2048 numgc@7704:4 last_gc_nanotime@7720',
    'runtime.hmap': '48 count@0 flags@8:1 B@9:1 noverflow@10:2 hash0@12:4 buckets@16 oldbuckets@24 nevacuate@32 extra@40',
    'runtime.mapextra': '24 overflow@0 oldoverflow@8 nextOverflow@16',
  },
  arm64: {
    'runtime.mheap':
      '101624 lock@0 pages@8:65848 sweepgen@65856:4 allspans@65864:24 pagesInUse@65888 pagesSwept@65896 pagesSweptBasis@65904 sweepHeapLiveBasis@65912 sweepPagesPerByte@65920 reclaimIndex@65928 reclaimCredit@65936 arenas@66072 arenasHugePages@66080:1 heapArenaAlloc@66088:32 arenaHints@66120 arena@66128:32 allArenas@66160:24 sweepArenas@66184:24 markArenas@66208:24 curArena@66232:16 central@66248:34816 spanalloc@101064:72 cachealloc@101136:72 specialfinalizeralloc@101208:72 specialprofilealloc@101280:72 specialReachableAlloc@101352:72 specialPinCounterAlloc@101424:72 speciallock@101496 arenaHintAlloc@101504:72 userArena@101576:40 unused@101616',
    'runtime.workType': '696 full@0 empty@136 wbufSpans@272:40 tstart@344 tSweepTerm@544 tMark@552 tMarkTerm@560 tEnd@568',
    'runtime.gcControllerState':
      '456 gcPercent@0:4 memoryLimit@8 gcPercentHeapGoal@72 heapLive@104 heapMarked@152 markStartTime@224 heapInUse@272 heapReleased@280 heapFree@288 totalAlloc@296 totalFree@304 mappedReady@312',
  },
  experiments: {
    noallocheaders: {
      'runtime.heapArena':
        '1133584 heapArenaPtrScalar@0:1064960 spans@1064960:65536 pageInUse@1130496:1024 pageMarks@1131520:1024 pageSpecials@1132544:1024 checkmarks@1133568 zeroedBase@1133576',
      'runtime.heapArenaPtrScalar': '1064960 bitmap@0:1048576 noMorePtrs@1048576:16384',
    },
  },
};
