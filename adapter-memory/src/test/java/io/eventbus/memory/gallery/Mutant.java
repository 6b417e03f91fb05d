package io.eventbus.memory.gallery;

import io.eventbus.api.Capability;
import java.util.Locale;
import java.util.function.Supplier;

/** The sound adapter, and adapters that are broken on purpose, in one way each. */
enum Mutant {
    SOUND(() -> Defect.NONE),

    // On the way out.
    SENDS_ARE_LOST_ONE_IN_300(() -> SendDefects.dropsOneIn(300)),
    SUCCESS_BEFORE_THE_ACKNOWLEDGEMENT(SendDefects::successBeforeTheAcknowledgement),
    RESENDS_BEHIND_LATER_ONES(SendDefects::resendsBehindLaterOnes),
    NEW_MESSAGE_ID_FOR_EACH_SEND(SendDefects::newMessageIdForEachSend),
    CONSTANT_POSITION(SendDefects::constantPosition),
    DUPLICATE_NOT_TOLD(SendDefects::duplicateNotTold),
    EVERY_FAILURE_TERMINAL(SendDefects::everyFailureTerminal),
    MISSING_TOPIC_RETRIED(SendDefects::missingTopicRetried),
    LOSES_NON_ASCII(SendDefects::losesNonAscii),
    LOWER_CASES_HEADER_VALUES(SendDefects::lowerCasesHeaderValues),
    LOWER_CASES_HEADER_NAMES(SendDefects::lowerCasesHeaderNames),
    BODIES_CUT_AT_64_KIB(() -> SendDefects.bodiesCutAt(64 * 1024)),
    NULL_BODY_SENT_EMPTY(SendDefects::nullBodySentEmpty),
    LARGEST_MESSAGE_OVERSTATED(SendDefects::largestMessageOverstated),
    DEAD_LETTER_DROPPED(SendDefects::deadLetterDropped),
    DEAD_LETTER_WITHOUT_KEY(SendDefects::deadLetterWithoutKey),
    DEAD_LETTER_WITHOUT_STORY(SendDefects::deadLetterWithoutStory),

    // What a publisher is told.
    TOLD_TWICE(OutcomeDefects::toldTwice),
    NEVER_TOLD(OutcomeDefects::neverTold),
    CALLBACKS_UNDER_ONE_LOCK(OutcomeDefects::callbacksUnderOneLock),
    CALLBACKS_END_WITH_AN_EXCEPTION(OutcomeDefects::callbacksEndWithAnException),
    DEADLINE_IGNORED(OutcomeDefects::deadlineIgnored),
    CANCELLED_WAIT_RECALLS_THE_EVENT(OutcomeDefects::cancelledWaitRecallsTheEvent),
    CALLBACK_WAITS_FOR_HANDLERS(OutcomeDefects::callbackWaitsForHandlers),
    ONE_FAILURE_FAILS_THE_BATCH(OutcomeDefects::oneFailureFailsTheBatch),
    SILENT_AFTER_CLOSE(OutcomeDefects::silentAfterClose),

    // On the way in.
    DROPS_ONE_IN_1000(() -> HandOverDefects.dropsOneIn(1_000)),
    HANDS_OVER_TWICE(() -> HandOverDefects.handsOverTwiceOneIn(50)),
    SWAPS_NEIGHBOURS_OF_A_KEY(HandOverDefects::swapsNeighboursOfAKey),
    TAKES_WHAT_COMES_AFTER_A_LOSS(HandOverDefects::takesWhatComesAfterALoss),
    FORGETS_WHAT_A_LOSS_FOUND(HandOverDefects::forgetsWhatALossFound),
    HANGS_AFTER_RECONNECT(HandOverDefects::hangsAfterReconnect),
    COMES_AGAIN_THOUGH_ITS_HANDLER_WORKS(HandOverDefects::comesAgainThoughItsHandlerWorks),
    MIXES_TOPICS(HandOverDefects::mixesTopics),
    ALL_GROUPS_ARE_ONE(HandOverDefects::allGroupsAreOne),
    EVERY_SUBSCRIPTION_IS_A_GROUP(HandOverDefects::everySubscriptionIsAGroupOfItsOwn),
    NEW_GROUPS_START_AT_THE_END(HandOverDefects::newGroupsStartAtTheEnd),
    START_POSITION_TURNED_ROUND(HandOverDefects::startPositionTurnedRound),
    DELIVERIES_NOT_COUNTED(HandOverDefects::deliveriesNotCounted),
    POSITIONS_OF_THE_RECEIVER(HandOverDefects::positionsOfTheReceiver),
    LONG_TOPIC_NAMES_REFUSED(HandOverDefects::longTopicNamesRefused),
    DEMAND_IGNORED(HandOverDefects::demandIgnored),
    WAKE_UP_LOST(LifecycleDefects::wakeUpLost),

    // What is settled, and when.
    ACKNOWLEDGES_BEFORE_THE_HANDLER(SettlementDefects::acknowledgesBeforeTheHandler),
    ACKNOWLEDGES_AT_CLOSE_ONLY(SettlementDefects::acknowledgesAtCloseOnly),
    NEVER_ACKNOWLEDGES(SettlementDefects::neverAcknowledges),
    POSITION_PASSES_GAPS(SettlementDefects::positionPassesGaps),
    GIVING_BACK_IS_ACKNOWLEDGING(SettlementDefects::givingBackIsAcknowledging),
    NEVER_GIVES_BACK(SettlementDefects::neverGivesBack),
    RETRIES_THROUGH_THE_BROKER(SettlementDefects::retriesThroughTheBroker),
    DROPS_RETRIES_WHEN_THE_PARTITION_GOES(SettlementDefects::dropsRetriesWhenThePartitionGoes),
    ACKNOWLEDGES_BEFORE_THE_DEAD_LETTER(SettlementDefects::acknowledgesBeforeTheDeadLetterIsStored),
    REMEMBERS_THE_EVENT_BEFORE_ITS_HANDLER(SettlementDefects::remembersTheEventBeforeItsHandler),

    // Which handler runs when.
    OVERLAPS_HANDLERS_OF_A_KEY(HandOverDefects::overlapsHandlersOfAKey),
    FIRST_EVENT_RUNS_TWICE_AT_ONCE(HandlerDefects::firstEventRunsTwiceAtOnce),
    RETRY_HOLDS_ITS_WORKER(HandlerDefects::retryHoldsItsWorker),
    KEYS_OF_EQUAL_HASH_SHARE_A_LANE(HandlerDefects::keysOfEqualHashShareALane),
    KEYS_DIFFERING_IN_CASE_SHARE_A_LANE(HandlerDefects::keysDifferingInCaseShareALane),
    KEYS_SHARE_TWO_SLOTS(FairnessDefects::keysShareTwoSlots),
    BUSIEST_KEY_FIRST(FairnessDefects::busiestKeyFirst),
    EARLIER_SUBSCRIPTION_FIRST(FairnessDefects::earlierSubscriptionFirst),
    ALL_BUSES_SHARE_A_LOCK(FairnessDefects::allBusesShareALock),
    TWO_LANES_FOR_ALL_KEYS(HandlerDefects::twoLanesForAllKeys),
    UNKEYED_EVENTS_SHARE_A_LANE(HandlerDefects::unkeyedEventsShareALane),
    ONE_LANE_FOR_EVERYTHING(HandlerDefects::unkeyedEventsUseALaneOfKeyedOnes),
    ATTEMPTS_COUNT_FROM_ZERO(HandlerDefects::attemptsCountFromZero),
    ERROR_COUNTS_AS_SUCCESS(HandlerDefects::errorCountsAsSuccess),
    EXCEPTION_COUNTS_AS_SUCCESS(HandlerDefects::exceptionCountsAsSuccess),
    RETRY_COUNTS_AS_SUCCESS(HandlerDefects::retryCountsAsSuccess),
    INTERRUPT_REACHES_THE_NEXT_EVENT(HandlerDefects::interruptReachesTheNextEvent),
    MAX_ATTEMPTS_IGNORED(HandlerDefects::maxAttemptsIgnored),
    ONE_ATTEMPT_ONLY(HandlerDefects::oneAttemptOnly),
    BACKOFF_IGNORED(HandlerDefects::backoffIgnored),
    TERMINAL_FAILURES_IGNORED(HandlerDefects::terminalFailuresIgnored),
    CONCURRENCY_IGNORED(HandlerDefects::concurrencyIgnored),
    MAX_PROCESSING_TIME_IGNORED(HandlerDefects::maxProcessingTimeIgnored),
    HEADERS_LOST(HandlerDefects::headersLost),
    TIMESTAMP_IN_SECONDS(HandlerDefects::timestampInSeconds),
    TRACE_ID_MADE_UP(HandlerDefects::emptyForAbsentTraceId),
    PAYLOAD_OF_THE_EVENT_BEFORE(HandlerDefects::eventOfTheOneBefore),
    LANE_LEFT_BEHIND(HandlerDefects::laneLeftBehind),

    // Begin, pause and end.
    CLOSES_WITHOUT_DRAINING(LifecycleDefects::closesWithoutDraining),
    SUBSCRIPTION_CLOSES_WITHOUT_DRAINING(LifecycleDefects::subscriptionClosesWithoutDraining),
    CLOSE_FORGETS_WHAT_IT_REPORTED(LifecycleDefects::closeForgetsWhatItReported),
    SECOND_CLOSE_THROWS(LifecycleDefects::secondCloseThrows),
    CLOSE_WAITS_FOR_EVER(LifecycleDefects::closeWaitsForEver),
    CLOSE_OF_ONE_CLOSES_ALL(LifecycleDefects::closeOfOneSubscriptionClosesAll),
    THREAD_LEFT_BEHIND(LifecycleDefects::threadLeftBehind),
    NEVER_LEAVES_ITS_GROUP(LifecycleDefects::neverLeavesItsGroup),
    FETCHES_ON_AT_THE_CLOSE(LifecycleDefects::fetchesOnAtTheClose),
    PAUSE_IGNORED(LifecycleDefects::pauseIgnored),
    RESUME_IGNORED(LifecycleDefects::resumeIgnored),
    PAUSE_LEAVES_THE_GROUP(LifecycleDefects::pauseLeavesTheGroup),
    HEALTH_ALWAYS_UP(LifecycleDefects::healthAlwaysUp),
    DOWN_WHILE_NOBODY_SUBSCRIBES(LifecycleDefects::downWhileNobodySubscribes),

    // Settings.
    WINDOW_OF_BYTES_IGNORED(() -> SettingDefects.ignores("max-in-flight-bytes")),
    FULL_WINDOW_ALWAYS_BLOCKS(() -> SettingDefects.always("when-full", "block")),
    DELIVERY_TIMEOUT_IGNORED(() -> SettingDefects.always("delivery-timeout", "8s")),
    PAYLOAD_LIMIT_IGNORED(() -> SettingDefects.ignores("max-payload-bytes")),
    ONE_WORKER_FOR_ALL_KEYS(() -> SettingDefects.always("keyed-workers", 1)),
    ONE_WORKER_FOR_UNKEYED(() -> SettingDefects.always("global-workers", 1)),
    TRANSCODERS_IGNORED(SettingDefects::transcodersIgnored),
    TOPOLOGY_NEVER_IGNORED(SettingDefects::topologyNeverIgnored),
    REQUIREMENTS_IGNORED(() -> SettingDefects.ignores("requires")),
    MAX_IN_FLIGHT_IGNORED(() -> SettingDefects.ignores("max-in-flight")),
    UNKNOWN_KEYS_IGNORED(SettingDefects::unknownKeysIgnored),
    ADAPTER_SETTINGS_IGNORED(SettingDefects::adapterSettingsIgnored),
    ONE_PROBLEM_AT_A_TIME(SettingDefects::oneProblemAtATime),
    CLAIMS_WILDCARDS(() -> SettingDefects.claims(Capability.WILDCARD)),
    CLAIMS_SEEK(() -> SettingDefects.claims(Capability.SEEK));

    private final Supplier<Defect> defect;

    Mutant(Supplier<Defect> defect) {
        this.defect = defect;
    }

    /** The defect anew, for one bus. */
    Defect defect() {
        return defect.get();
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
