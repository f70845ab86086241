/**
 * Every limit of Stagecraft, in one place.
 *
 * A learner's Dockerfile is hostile code: whatever it can make large, slow or many is bounded here and nowhere else.
 * The unit is the end of the name: `…Bytes`, `…Ms`, `…Max` (a count).
 */
export const limits = {
  /** What is refused before anything is built (`grader/build/admit`). */
  admit: {
    dockerfileBytes: 64 * 1024,
    dockerignoreBytes: 16 * 1024,
    instructionsMax: 100,
    stagesMax: 20,
    /** It stands before every line of its stage's log. */
    stageNameCharactersMax: 100,
    /** The sum of all ENV and ARG values after expansion; doubling variables pin BuildKit's parser. */
    expandedVariablesBytes: 4 * 1024,
    /** BuildKit writes every port of EXPOSE into the image's configuration and again into its history. */
    exposedPortsMax: 1_000,
    /** How many values ENV and ARG may set in all. */
    variablesMax: 200,
    /** All instructions with their variables filled in, as BuildKit writes them into names, labels and files. */
    expandedTextBytes: 512 * 1024,
    findingsMax: 50,
  },
  /** One build in one slot. */
  build: {
    timeoutMs: 5 * 60_000,
    /** Kept per build; BuildKit itself clips a step at 2 MiB and 200 KiB/s. */
    logBytesMax: 5 * 1024 * 1024,
    /** Each is kept with the names of its stage and its step: empty lines alone would be gigabytes. */
    logLinesMax: 100_000,
    logLineBytesMax: 8 * 1024,
    vertexesMax: 400,
    /** Kept of one vertex; a step reads from few others. */
    vertexInputsMax: 64,
    contextBytesMax: 100 * 1024 * 1024,
    /** How long buildx gets after SIGTERM before SIGKILL. */
    terminateGraceMs: 3_000,
  },
  /** What a slot's cgroup may use: build steps and probed containers both live below it. */
  slot: {
    count: 2,
    memoryBytes: 2 * 1024 ** 3,
    pidsMax: 512,
    cpus: 2,
    acquireTimeoutMs: 10 * 60_000,
    /** Of how many learners and exercises it is remembered where they were built last. */
    rememberedMax: 1_000,
  },
  /** The container that is started from what was built. */
  run: {
    memoryBytes: 256 * 1024 ** 2,
    pidsMax: 128,
    cpus: 1,
    tmpfsBytes: 16 * 1024 ** 2,
    readyTimeoutMs: 15_000,
    probeTimeoutMs: 5_000,
    responseBytesMax: 256 * 1024,
    logBytesMax: 64 * 1024,
    /** For killing and removing it; a busy machine takes its time. */
    stopTimeoutMs: 30_000,
    /** The longest that a check may wait for an image's health check to succeed. */
    healthWaitMsMax: 15_000,
    /** One attempt of it. */
    healthAttemptMs: 5_000,
    /** One attempt while the program can't answer: who really asks it has to wait, who does not is done at once. */
    healthFrozenMs: 1_500,
    healthOutputBytesMax: 4 * 1024,
    /** The longest that a check may wait for a container to end after its stop signal. */
    stopWaitMsMax: 15_000,
    /** From asking the request that a stopping container has to answer to the signal: it must have arrived. */
    inFlightMs: 300,
    /** VOLUMEs of the image, each of which gets a tmpfs. */
    volumesMax: 32,
  },
  /** A learner's terminal: a shell in the image that they built, in a small slot apart from those of builds. */
  terminal: {
    /** In all, on one engine; each learner has at most one. */
    count: 3,
    /** Of a processor: a busy shell must not slow a build that is being timed. */
    cpus: 0.5,
    /** What its slot holds beside the container: the processes that start it. */
    slotMemoryBytes: 320 * 1024 ** 2,
    slotPidsMax: 160,
    /** For a place to become free; then one is refused. */
    acquireTimeoutMs: 5_000,
    /** For making and starting its container. */
    startTimeoutMs: 30_000,
    /** Without a key pressed. */
    idleMs: 5 * 60_000,
    totalMs: 20 * 60_000,
    /** Said this long before either of them ends it. */
    warnBeforeMs: 30_000,
    /** After its page went away, for it to come back to the same shell. */
    graceMs: 45_000,
    /** Kept for a page that comes back; also what may be on its way to a page that has not said it got it. */
    replayBytes: 256 * 1024,
    windowBytes: 128 * 1024,
    /** A faster shell waits. */
    outputBytesPerSecond: 1024 ** 2,
    /** In all; a shell that has said more is ended. */
    outputBytesMax: 256 * 1024 ** 2,
    /** One message from the page; longer pastes come in several. */
    messageBytesMax: 16 * 1024,
    inputBytesPerSecond: 64 * 1024,
    messagesPerSecond: 200,
    /** What a shell that does not read may leave waiting; more is dropped and said. */
    inputWaitingBytesMax: 64 * 1024,
    columnsMax: 500,
    rowsMax: 200,
    socketPingMs: 15_000,
    openingsPerMinutePerAddress: 60,
    /** Rows of one `ls`. */
    listedEntriesMax: 500,
  },
  /** Images of attempts that are kept after grading: one per learner and exercise, the last. */
  keptImages: {
    countMax: 20,
    ageMs: 2 * 60 * 60_000,
  },
  /** The sandbox engine as a whole. */
  engine: {
    diskBytes: 40 * 1024 ** 3,
    /** Below this the engine prunes; still below it afterwards, builds are refused. */
    diskFreeBytesMin: 3 * 1024 ** 3,
    /** dockerd and everything below it, so that it can't take the machine down. */
    memoryBytes: 8 * 1024 ** 3,
    pidsMax: 8192,
    /** dockerd itself (parser, export) is outside the slots; its own leaf gets this many CPUs. */
    daemonCpus: 2,
    bootTimeoutMs: 60_000,
    stopTimeoutMs: 15_000,
    /** Latency about doubles past 500 cache records (measured, see the design notes). */
    cacheRecordsMax: 200,
    /** The cache mounts of all learners, beside those records. */
    cacheMountsMax: 100,
    /** Past this many times as much, new builds wait until the cache is pruned; before, it waits until nobody builds. */
    cacheWaitFactor: 2.5,
    /** Of one clearing; new builds may have to wait for it. */
    pruneTimeoutMs: 60_000,
    /** Records in one go while nobody builds: somebody may come meanwhile. */
    pruneSliceMax: 50,
    watchdogIntervalMs: 5_000,
    /** dockerd busy this long with no build of ours: it spins, restart it. */
    watchdogSpinMs: 30_000,
    /** An engine whose users were all killed ends by itself after this long. */
    idleStopMs: 10 * 60_000,
    /** The engine's log is emptied when it grows past this. */
    logBytesMax: 16 * 1024 * 1024,
  },
  /** Stand-in base images that were built here. */
  catalogue: {
    /** How many older recipes of an image are kept for going back and forth between versions; an image is up to 500 MB. */
    olderImagesMax: 1,
  },
  /** Pulling official base images on the host. */
  registry: {
    parallelPullsMax: 3,
    /** One image, however it flows. */
    pullTimeoutMs: 30 * 60_000,
    /** Without a byte or a word for this long a registry counts as hanging. */
    silenceMs: 45_000,
    attemptsMax: 3,
    /** Before the second attempt; doubles each time. */
    retryDelayMs: 2_000,
    /** How long a registry that says "too many requests" is waited for before the stand-in is used. */
    rateLimitWaitMs: 60_000,
    progressIntervalMs: 500,
  },
  /** Filling the package mirror. */
  packages: {
    /** The modules of one Maven project. */
    pomsMax: 300,
    /** A pom is a stranger's and may make Maven calculate for ever. */
    mavenTimeoutMs: 15 * 60_000,
  },
  /** Reading what was built. */
  evidence: {
    filesPerLayerMax: 200_000,
    /** All names and link targets of one layer: 80 characters for each of so many files. */
    namesPerLayerBytesMax: 16 * 1024 * 1024,
    /** What the agent tells of an image's layers at once, as JSON; of the layers above that, only their sizes. */
    layersBytesMax: 64 * 1024 * 1024,
    stageListingEntriesMax: 5_000,
    phaseTimeoutMs: 2 * 60_000,
    /** What is kept of a second build's log, from its beginning. */
    rebuildLogBytesMax: 512 * 1024,
    /** The beginning of a program that is read to see for which processor it is. */
    programBytesMax: 64 * 1024,
    /** Of two builds that differ: how many files are opened, and how much of each. */
    comparedFilesMax: 100,
    comparedFileBytesMax: 1024 * 1024,
    /** UTF-16 units of an instruction that the cache lab shows. */
    rebuiltStepTextMax: 200,
    /** Of one Dockerfile, searched for a secret. */
    cacheMountsMax: 20,
    /** What a report tells of an image's history and config: characters of one text, entries of one list. */
    shownTextMax: 500,
    shownListMax: 200,
    /** What each further build (after an edit, of another target) adds to that. */
    furtherBuildMs: 60_000,
  },
  /** The SSH agent of one build. */
  sshAgent: {
    connectionsMax: 16,
    messageBytesMax: 256 * 1024,
  },
  /** Judging hostile evidence: what a check looks through before it gives up. */
  judge: {
    /** Links called like a shell that are followed; an image has a handful. */
    shellLinksMax: 2_000,
    /** Symbolic links on the way to one file, as the kernel's ELOOP. */
    symlinksMax: 40,
    pathPartsMax: 1_000,
    /** Of all paths that one question follows. What is left after them counts against the image. */
    pathPartsOfAllMax: 20_000,
    /** Of PATH, where a command is looked for. */
    pathFoldersMax: 100,
  },
  /** Exercise folders: ours, but a slip should not take the site down. */
  content: {
    yamlBytesMax: 256 * 1024,
    appFilesMax: 2_000,
    appBytesMax: 50 * 1024 * 1024,
    /** Longer files of an app are listed without their text. */
    shownFileBytesMax: 64 * 1024,
    /** How many texts of an app are sent to the browser, and how long they are together; the rest is named only. */
    shownFilesMax: 200,
    shownBytesMax: 512 * 1024,
    /** How long files have to rest after a save before `verify --watch` begins. */
    watchSettleMs: 200,
    /** What right answers have to leave of every size limit: other catalogues and versions differ a little. */
    spareShareMin: 0.05,
  },
  /** HTTP. */
  api: {
    bodyBytesMax: 128 * 1024,
    submissionsPerMinutePerLearner: 20,
    submissionsInFlightPerLearner: 3,
    /** Of the cache lab; the oldest are forgotten. */
    rebuildsKeptPerSubmission: 8,
    /** A class behind one address has many learners; a script that drops its cookie has only one address. */
    submissionsPerMinutePerAddress: 120,
    /** Two classes behind one address can begin in one lesson. */
    newLearnersPerAddress: 60,
    newLearnersMinutes: 10,
    requestsPerMinutePerAddress: 600,
    eventStreamsPerLearner: 8,
    /** Of everybody together; each may have six and a stream. Far below the files that a process may have open. */
    connectionsMax: 4_000,
    sseHeartbeatMs: 15_000,
  },
  /** Queue and store. */
  queue: {
    deliveriesMax: 3,
    heartbeatSeconds: 10,
    heartbeatRefreshSeconds: 2,
    expireSeconds: 900,
    superviseSeconds: 2,
    connectionsMax: 5,
    eventBatchMs: 100,
    linesPerEventMax: 500,
    /** Between the deliveries of a submission that our own fault interrupted; doubles each time. */
    retryDelaySeconds: 2,
    /** How long a submission is put aside while what it needs is still being made ready. */
    waitSeconds: 2,
    /** How long running submissions get to end after they were told to stop. */
    shutdownMs: 20_000,
    /** How often submissions without a job are looked for; there should be none. */
    orphanSweepMs: 60_000,
  },
  /** The private PostgreSQL and the connections to it. */
  store: {
    /** Crash recovery of a big database takes longest. */
    startTimeoutMs: 120_000,
    watchIntervalMs: 1_000,
    restartDelayMs: 5_000,
    connectionsMax: 60,
    poolConnectionsMax: 8,
    connectTimeoutMs: 10_000,
    /** Ours take milliseconds; one that waits for so long has lost its server. */
    queryTimeoutMs: 30_000,
    /** A process that is stopped in mid-transaction would keep its locks for ever. Ours never wait within one. */
    idleInTransactionMs: 15_000,
    serverLogBytesMax: 4 * 1024 * 1024,
    /** Writes of a running submission are tried again for this long while the database is away. */
    outageMs: 30_000,
    /** How often followers look for new events although nothing was notified. */
    safetyPollMs: 1_000,
    /** One may hold `queue.linesPerEventMax` lines. */
    eventsPerReadMax: 50,
    ownSubmissionsMax: 50,
  },
  /** The lists of files that are kept of built images' layers, once per layer, to be looked at in the browser. */
  layerFiles: {
    /** A layer with more is shown without its files. */
    entriesMax: 60_000,
    /** All names of one layer; PATH_MAX times `entriesMax` would be a quarter of a gigabyte. */
    namesBytesMax: 8 * 1024 * 1024,
    /** All of them, compressed; those that were used longest ago go first. A big base image has 300 kB, a small app 1 kB. */
    keptBytesMax: 256 * 1024 * 1024,
  },
  /** Images of starters and solutions, built once to be compared with. */
  courseImages: {
    /** At the same time; learners' own builds go before. */
    count: 1,
    /** One that is being built for longer was lost with its builder. */
    staleSeconds: 15 * 60,
    retriesMax: 2,
  },
  /** `catalogue export` and `import`; what a file may claim is in `grader/air-gap/bundle-file.mjs`. */
  airGap: {
    /** Kept free beside what is unpacked: the engine's disk and the database begin to grow at once. */
    diskReserveBytes: 1024 ** 3,
    hostPackagesTimeoutMs: 10 * 60_000,
  },
  /** The isolation self-test of an engine. */
  isolation: {
    /** One build or run of the attack program, on a machine that loads images meanwhile; filling memory takes longest. */
    attackTimeoutMs: 180_000,
    /** Until the container that attacks says that it is done. */
    runTimeoutMs: 60_000,
  },
  /** `npx stagecraft doctor`: below `needBytes` grading can't work, below `goodBytes` not for long. */
  doctor: {
    home: { needBytes: 8 * 1024 ** 3, goodBytes: 20 * 1024 ** 3 },
    cache: { needBytes: 1024 ** 3, goodBytes: 6 * 1024 ** 3 },
    /** A Docker, server or port that says nothing for this long counts as silent. */
    answerTimeoutMs: 5_000,
    /** Time zones and slow clocks are no reason to worry. */
    clockBehindMs: 24 * 60 * 60_000,
    clockAheadMs: 3 * 365 * 24 * 60 * 60_000,
  },
  /** `npx stagecraft inspect`: a project of the user's own. */
  inspect: {
    contextBytesMax: 1024 ** 3,
    timeoutMs: 20 * 60_000,
  },
} as const;
