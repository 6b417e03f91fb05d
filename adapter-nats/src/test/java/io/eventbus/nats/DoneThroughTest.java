package io.eventbus.nats;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DoneThroughTest {

    private final DoneThrough done = new DoneThrough();
    private final NatsAssignment idle = new NatsAssignment("group@topic", 1, new RecentSequences(10));

    @Test
    void isWhatWasDeliveredHereWhileAllCameHere() {
        done.told(10, 5, 10);
        done.delivered(6, 12);
        done.delivered(7, 11);
        assertThat(done.next(idle)).isEqualTo(13);
    }

    @Test
    void isTheServersFloorOnceADeliveryWentElsewhere() {
        done.told(10, 5, 10);
        done.delivered(6, 11);
        done.delivered(8, 13);
        done.delivered(9, 14);
        assertThat(done.next(idle)).isEqualTo(11);
        done.toldMeanwhile(12, 10, 15);
        assertThat(done.next(idle)).isEqualTo(13);
    }

    @Test
    void isTheServersFloorWhileSomethingWasOpenBefore() {
        done.told(10, 20, 30);
        done.delivered(21, 31);
        assertThat(done.next(idle)).isEqualTo(11);
        done.toldMeanwhile(31, 21, 31);
        done.delivered(22, 32);
        assertThat(done.next(idle)).isEqualTo(33);
    }

    @Test
    void aFloorToldLateTakesNothingBack() {
        done.told(10, 5, 10);
        done.delivered(7, 12);
        done.toldMeanwhile(9, 3, 9);
        assertThat(done.next(idle)).isEqualTo(11);
    }
}
