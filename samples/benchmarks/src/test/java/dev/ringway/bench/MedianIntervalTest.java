package dev.ringway.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class MedianIntervalTest {
    @Test
    void medianOfOddAndEvenCounts() {
        assertThat(MedianInterval.median(new double[] {3, 1, 2})).isEqualTo(2);
        assertThat(MedianInterval.median(new double[] {4, 1, 3, 2})).isEqualTo(2.5);
    }

    @Test
    void leavesTheValuesAsTheyWere() {
        double[] values = {5, 3, 4, 1, 2};
        MedianInterval.of(values, new Random(1));
        assertThat(values).containsExactly(5, 3, 4, 1, 2);
    }

    @Test
    void ofEqualValuesIsOnePoint() {
        MedianInterval interval = MedianInterval.of(new double[] {1.5, 1.5, 1.5, 1.5}, new Random(1));
        assertThat(interval).isEqualTo(new MedianInterval(1.5, 1.5, 1.5));
    }

    /// 19 of 20 resamples of the numbers 1 to 20 have their median between 6 and 15.
    @Test
    void boundsOfTwentyRounds() {
        double[] values = new double[20];
        for (int i = 0; i < values.length; i++) {
            values[i] = i + 1;
        }
        MedianInterval interval = MedianInterval.of(values, new Random(7));
        assertThat(interval.median()).isEqualTo(10.5);
        assertThat(interval.low()).isCloseTo(6, within(0.6));
        assertThat(interval.high()).isCloseTo(15, within(0.6));
    }

    /// The promise of "95 %": of many samples of known median, about so many intervals contain it.
    @Test
    void coversTheTrueMedianAsOftenAsItSays() {
        Random random = new Random(11);
        int covered = 0;
        for (int i = 0; i < 200; i++) {
            double[] sample = random.doubles(20).toArray();
            MedianInterval interval = MedianInterval.of(sample, random);
            if (interval.low() <= 0.5 && 0.5 <= interval.high()) {
                covered++;
            }
        }
        assertThat(covered).isBetween(178, 200);
    }
}
