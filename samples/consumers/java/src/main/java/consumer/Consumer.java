package consumer;

import dev.ringway.IntCompletion;

final class Consumer {
    private Consumer() {}

    public static void main(String[] args) {
        String module = IntCompletion.class.getModule().getName();
        if (!"dev.ringway".equals(module)) {
            throw new AssertionError("the API is in module " + module);
        }
        int[] counted = {0};
        IntCompletion done = (count, failure) -> counted[0] = count;
        done.complete(7, null);
        if (counted[0] != 7) {
            throw new AssertionError("a lambda got " + counted[0] + ", not 7");
        }
        System.out.println("Java consumer on the module path: ok");
    }
}
