/// Random reads and a copy of a file, against C, fio, and the channels of the JDK.
@NullMarked
package dev.ringway.bench.files;

import org.jspecify.annotations.NullMarked;
