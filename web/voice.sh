#!/bin/sh
# Makes the words that the board says, web/static/voice/*.opus, with espeak-ng and ffmpeg:
#     cd web && ./voice.sh
# They are kept in the tree, so nothing else needs these two. A voice of somebody who reads the same
# words aloud can take their place under the same names: mono, without silence before and after.
set -eu
cd "$(dirname "$0")/static/voice"

SPEED=212 # words a minute: the longest call stays under five seconds (tests/web/test_board.py)
QUIET="silenceremove=start_periods=1:start_threshold=-42dB"

word() { # NAME TEXT
  espeak-ng -v id -s $SPEED -p 42 -a 160 -w /tmp/word.wav "$2"
  ffmpeg -loglevel error -y -i /tmp/word.wav -ac 1 -ar 48000 \
    -af "$QUIET,areverse,$QUIET,afade=d=0.02,areverse,afade=d=0.005" \
    -c:a libopus -b:a 28k -application voip -map_metadata -1 -fflags +bitexact "$1.opus"
}

word nomor-antrean "nomor antrean"
word loket "loket"

word 0 nol; word 1 satu; word 2 dua; word 3 tiga; word 4 empat; word 5 lima
word 6 enam; word 7 tujuh; word 8 delapan; word 9 sembilan
word 10 sepuluh; word 11 sebelas; word 100 seratus
word belas belas; word puluh puluh; word ratus ratus

word a a; word b be; word c ce; word d de; word e "[[e:]]"; word f ef; word g ge
word h ha; word i i; word j je; word k ka; word l el; word m em; word n en
word o o; word p pe; word q ki; word r er; word s es; word t te; word u u
word v fe; word w we; word x eks; word y ye; word z zet

rm -f /tmp/word.wav
