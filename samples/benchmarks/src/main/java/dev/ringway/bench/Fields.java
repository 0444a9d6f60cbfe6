package dev.ringway.bench;

import java.util.LinkedHashMap;
import java.util.Map;

/// A line of `name=number` pairs, as the C programs print their results.
public record Fields(Map<String, Double> values) {

    /// @throws IllegalArgumentException if the line has anything but such pairs
    public static Fields parse(String line) {
        Map<String, Double> values = new LinkedHashMap<>();
        for (String field : line.strip().split(" +")) {
            String[] pair = field.split("=", 2);
            if (pair.length != 2) {
                throw new IllegalArgumentException("not name=number: '" + field + "' in '" + line + "'");
            }
            values.put(pair[0], Double.parseDouble(pair[1]));
        }
        return new Fields(values);
    }

    public double number(String name) {
        Double value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException("no " + name + " in " + values.keySet());
        }
        return value;
    }
}
