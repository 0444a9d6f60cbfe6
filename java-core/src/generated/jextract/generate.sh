#!/bin/sh
# Writes the package dev.ringway.internal.ffi.generated anew, out of headers.h and includes.txt beside this script.
# Needs `jextract` (https://jdk.java.net/jextract) and a C toolchain's headers on Linux; the normal build does not.
#
# usage: generate.sh <directory of liburing's io_uring.h, that is liburing/src/include/liburing>
#        CLANG_INCLUDES=<directory of clang's own stddef.h> where jextract does not bring it along
set -eu

if [ $# -ne 1 ] || [ ! -f "$1/io_uring.h" ]; then
    echo "usage: $0 <directory that holds liburing's io_uring.h>" >&2
    exit 2
fi

liburing=$(cd "$1" && pwd)
cd "$(dirname "$0")"
package=../java/dev/ringway/internal/ffi/generated
rm -f $package/Linux*.java
jextract \
    --include-dir "$liburing" ${CLANG_INCLUDES:+--include-dir "$CLANG_INCLUDES"} \
    --target-package dev.ringway.internal.ffi.generated \
    --header-class-name Linux \
    --output ../java \
    @includes.txt headers.h

# Constants are all that is wanted. What comes beside them looks for libraries and layouts as soon as a constant is read,
# which takes a short program milliseconds.
sed -i -e 's/ extends Linux\$shared//' -e '/LIBRARY_ARENA = /,+1d' -e '/SYMBOL_LOOKUP = /,+2d' $package/Linux.java
rm "$package/Linux\$shared.java"

# jextract skips what it cannot find without a word; a constant that is asked for and absent is an error here.
missing=0
for name in $(sed -n 's/^--include-constant //p' includes.txt); do
    if ! grep -q " $name()" $package/Linux*.java; then
        echo "jextract made no constant $name" >&2
        missing=1
    fi
done
exit $missing
