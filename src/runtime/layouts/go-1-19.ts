/**
 * The runtime's structs in Go 1.19.13, as its DWARF has them. Written by fixtures/make-layouts.js; layout-table.ts has the notation.
 */
import type {LayoutTable} from './layout-table.js';

export const GO_1_19: LayoutTable = {
  go: '1.19.13',
  constants: {
    'runtime._FinBlockSize': 4096,
    'runtime._KindSpecialFinalizer': 1,
    'runtime._KindSpecialProfile': 2,
    'runtime._KindSpecialReachable': 3,
    'runtime.addrBits': 48,
    'runtime.buckHashSize': 179999,
    'runtime.funcID_wrapper': 21,
  },
  variables:
    'runtime.MemProfileRate runtime.allfin runtime.allglen runtime.allgs runtime.allm runtime.allp runtime.bbuckets runtime.buckhash runtime.buildVersion runtime.firstmoduledata runtime.gcBitsArenas runtime.gcController runtime.gcphase runtime.itabTable runtime.mbuckets runtime.memstats runtime.mheap_ runtime.modinfo runtime.persistentChunks runtime.sched runtime.spanSetBlockPool runtime.waitReasonStrings runtime.work runtime.xbuckets',
  structs: {
    'runtime.g':
      '392 stack@0:16 stackguard0@16 _panic@32 _defer@40 m@48 sched@56:56 syscallsp@112 syscallpc@120 stktopsp@128 param@136 atomicstatus@144:4 goid@152 schedlink@160 waitsince@168 waitreason@176:1 asyncSafePoint@180:1 lockedm@232 sigcode0@272 sigcode1@280 sigpc@288 gopc@296 ancestors@304 startpc@312 waiting@328 cgoCtxt@336:24 labels@360 timer@368',
    'runtime.gobuf': '56 sp@0 pc@8 g@16 ctxt@24 ret@32 lr@40 bp@48',
    'runtime.stack': '16 lo@0 hi@8',
    'runtime.m':
      '1008 g0@0 procid@72 gsignal@80 tls@136:48 curg@192 caughtsig@200 p@208 id@232 mallocing@240:4 throwing@244:4 locks@264:4 dying@268:4 incgo@280:1 alllink@336 schedlink@344 lockedg@352 libcallpc@728 libcallsp@736 libcallg@744 vdsoSP@800 vdsoPC@808 preemptGen@816:4',
    'runtime.p':
      '8912 id@0:4 status@4:4 link@8 sysmontick@24:32 m@56 mcache@64 pcache@72:24 timer0When@4616 timerModifiedEarliest@4624 limiterEvent@4648 gcMarkWorkerStartTime@4664 gcw@4672:40 timers@8840:24',
    'runtime.sysmontick': '32 schedtick@0:4 schedwhen@8 syscalltick@16:4 syscallwhen@24',
    'runtime.schedt':
      '6080 goidgen@0 lastpoll@8 lock@24 midle@32 nmidle@40:4 nmidlelocked@44:4 mnext@48 maxmcount@56:4 nmsys@60:4 nmfreed@64 ngsys@72:4 pidle@80 npidle@88:4 runq@96:16 gFree@152:32 gcwaiting@224:4 sysmonwait@240:4 procresizetime@288',
    'runtime._defer': '72 started@0:1 heap@1:1 openDefer@2:1 sp@8 pc@16 fn@24 _panic@32 link@40 fd@48 varp@56 framepc@64',
    'runtime._panic': '56 argp@0 arg@8:16 link@24 pc@32 sp@40 recovered@48:1 aborted@49:1 goexit@50:1',
    'runtime.sudog':
      '88 g@0 next@8 prev@16 elem@24 acquiretime@32 releasetime@40 ticket@48:4 isSelect@52:1 success@53:1 parent@56 waitlink@64 waittail@72 c@80',
    'runtime.hchan':
      '96 qcount@0 dataqsiz@8 buf@16 elemsize@24:2 closed@28:4 elemtype@32 sendx@40 recvx@48 recvq@56:16 sendq@72:16 lock@88',
    'runtime.waitq': '16 first@0 last@8',
    'runtime.timer': '72 pp@0 when@8 period@16 f@24 arg@32:16 seq@48 nextwhen@56 status@64:4',
    'runtime.moduledata':
      '552 pcHeader@0 funcnametab@8:24 cutab@32:24 filetab@56:24 pctab@80:24 pclntable@104:24 ftab@128:24 findfunctab@152 minpc@160 maxpc@168 text@176 etext@184 noptrdata@192 enoptrdata@200 data@208 edata@216 bss@224 ebss@232 noptrbss@240 enoptrbss@248 end@256 gcdata@264 gcbss@272 types@280 etypes@288 rodata@296 gofunc@304 textsectmap@312:24 typelinks@336:24 itablinks@360:24 ptab@384:24 pluginpath@408:16 pkghashes@424:24 modulename@448:16 modulehashes@464:24 hasmain@488:1 gcdatamask@496:16 gcbssmask@512:16 typemap@528 bad@536:1 next@544',
    'runtime.itabTableType': '4112 size@0 count@8 entries@16:4096',
    'runtime.mheap':
      '92672 lock@0 pages@16:65832 sweepgen@65848:4 allspans@65856:24 pagesInUse@65880 pagesSwept@65888 pagesSweptBasis@65896 sweepHeapLiveBasis@65904 sweepPagesPerByte@65912 reclaimIndex@65920 reclaimCredit@65928 arenas@65936 heapArenaAlloc@65944:32 arenaHints@65976 arena@65984:32 allArenas@66016:24 sweepArenas@66040:24 markArenas@66064:24 curArena@66088:16 central@66112:26112 spanalloc@92224:72 cachealloc@92296:72 specialfinalizeralloc@92368:72 specialprofilealloc@92440:72 specialReachableAlloc@92512:72 speciallock@92584 arenaHintAlloc@92592:72 unused@92664',
    'runtime.heapArena':
      '2165776 bitmap@0:2097152 spans@2097152:65536 pageInUse@2162688:1024 pageMarks@2163712:1024 pageSpecials@2164736:1024 checkmarks@2165760 zeroedBase@2165768',
    'runtime.mspan':
      '144 next@0 prev@8 list@16 startAddr@24 npages@32 manualFreeList@40 freeindex@48 nelems@56 allocCache@64 allocBits@72 gcmarkBits@80 sweepgen@88:4 divMul@92:4 allocCount@96:2 spanclass@98:1 state@99:1 needzero@100:1 allocCountBeforeCache@102:2 elemsize@104 limit@112 speciallock@120 specials@128 freeIndexForScan@136',
    'runtime.mcache': '1200 tiny@16 tinyoffset@24 alloc@40:1088 stackcache@1128:64',
    'runtime.mcentral': '168 spanclass@0:1 partial@8:80 full@88:80',
    'runtime.pageAlloc':
      '65832 summary@0:120 chunks@120:65536 searchAddr@65656 start@65664 end@65672 inUse@65680:40 scav@65728:72 mheapLock@65800 sysStat@65808 summaryMappedReady@65816 test@65824:1',
    'runtime.pageCache': '24 base@0 cache@8 scav@16',
    'runtime.pallocData': '128 pallocBits@0:64 scavenged@64:64',
    'runtime.scavengeIndex': '48 searchAddr@0 chunks@8:24 minHeapIdx@32:4 min@36:4 max@40:4',
    'runtime.spanSet': '40 spineLock@0 spine@8 spineLen@16 spineCap@24 index@32',
    'runtime.spanSetBlock': '4120 lfnode@0:16 popped@16:4 spans@24:4096',
    'runtime.fixalloc': '72 size@0 first@8 arg@16 list@24 chunk@32 nchunk@40:4 nalloc@44:4 inuse@48 stat@56 zero@64:1',
    'runtime.gcBitsArena': '65536 free@0 next@8 bits@16:65520',
    'runtime.gcWork': '40',
    'runtime.mutex': '8 lockRankStruct@0:0 key@0',
    'runtime.workType': '432 full@0 empty@8 wbufSpans@80:40 tstart@152 tSweepTerm@360 tMark@368 tMarkTerm@376 tEnd@384',
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
      '424 gcPercent@0:4 memoryLimit@8 gcPercentHeapGoal@104 heapLive@136 heapMarked@184 markStartTime@256 heapInUse@304 heapReleased@312 heapFree@320 totalAlloc@328 totalFree@336 mappedReady@344',
    'runtime.mstats': '13512 last_gc_unix@3592 pause_end@5656:2048 numgc@7704:4 last_gc_nanotime@7720',
    'runtime.hmap': '48 count@0 flags@8:1 B@9:1 noverflow@10:2 hash0@12:4 buckets@16 oldbuckets@24 nevacuate@32 extra@40',
    'runtime.mapextra': '24 overflow@0 oldoverflow@8 nextOverflow@16',
  },
  arm64: {},
  experiments: {},
};
