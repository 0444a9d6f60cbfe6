package dev.ringway.bench;

import java.util.random.RandomGenerator;
import org.apache.commons.statistics.descriptive.Median;
import org.apache.commons.statistics.descriptive.Quantile;

/// A median and the 95 % percentile-bootstrap interval around it.
public record MedianInterval(double median, double low, double high) {
    private static final int RESAMPLES = 20_000;
    private static final Median MEDIAN = Median.withDefaults().withCopy(true);

    public static MedianInterval of(double[] values, RandomGenerator random) {
        double[] medians = new double[RESAMPLES];
        double[] resample = new double[values.length];
        for (int i = 0; i < RESAMPLES; i++) {
            for (int k = 0; k < resample.length; k++) {
                resample[k] = values[random.nextInt(values.length)];
            }
            medians[i] = MEDIAN.evaluate(resample);
        }
        double[] bounds = Quantile.withDefaults().evaluate(medians, 0.025, 0.975);
        return new MedianInterval(median(values), bounds[0], bounds[1]);
    }

    public static double median(double[] values) {
        return MEDIAN.evaluate(values);
    }
}
