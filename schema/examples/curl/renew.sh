#!/bin/sh
# Looks a number up, starts its renewal and follows it until nothing more happens by itself: with
# curl and what every POSIX system has. See README.md beside it.
set -eu

die() {
    printf '%s\n' "$1" >&2
    exit 1
}

# What goes into JSON is letters of a plain kind, so that nothing needs to be quoted.
refuse() { die "$1 is malformed."; }

[ $# = 0 ] || die "No arguments: other users of this machine can read them. See README.md."
url=${JIEBANG_URL:-http://127.0.0.1:8000/graphql}
language=${JIEBANG_LANGUAGE:-en}
patience=${JIEBANG_PATIENCE:-120}
hashes=$(dirname "$0")/../../jiebang/schema/operations/hashes.txt

if [ -z "${JIEBANG_TOKEN-}" ]; then
    [ ! -t 0 ] || { printf 'Token: ' >&2 && stty -echo; }
    IFS= read -r JIEBANG_TOKEN || true
    [ ! -t 0 ] || { stty echo && echo >&2; }
fi
case $JIEBANG_TOKEN in '' | *[!A-Za-z0-9._~+/=-]*) refuse "The token" ;; esac

if [ -z "${JIEBANG_NUMBER+given}" ]; then
    [ ! -t 0 ] || printf "Number (empty: the token's own): " >&2
    IFS= read -r JIEBANG_NUMBER || true
fi
case $JIEBANG_NUMBER in *[!0-9+\ -]*) refuse "The number" ;; esac

about=
[ -z "$JIEBANG_NUMBER" ] || about="\"number\":\"$JIEBANG_NUMBER\","
if [ -n "${JIEBANG_ACTIVATED_ON-}" ]; then
    case $JIEBANG_ACTIVATED_ON in *[!0-9-]*) refuse "The day of activation" ;; esac
    about="$about\"tenure\":{\"current\":{\"activatedOn\":\"$JIEBANG_ACTIVATED_ON\"}},"
fi
if [ -n "${JIEBANG_PLATFORMS-}" ]; then
    case $JIEBANG_PLATFORMS in *[!a-z0-9_,-]*) refuse "The list of platforms" ;; esac
    ids=$(printf '%s' "$JIEBANG_PLATFORMS" | sed 's/[^,][^,]*/"&"/g')
    about="$about\"platforms\":[$ids],"
fi

# With the same key this script may run again after anything: nothing is started twice.
key=${JIEBANG_KEY:-$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')}
case $key in *[!A-Za-z0-9._-]*) refuse "The key" ;; esac

# body DOCUMENT VARIABLES: a request that names the trusted document by its hash.
body() {
    hash=$(sed -n "s/  $1\$//p" "$hashes")
    printf '{"variables":%s,"extensions":{"persistedQuery":{"version":1,"sha256Hash":"%s"}}}' \
        "$2" "$hash"
}

# config DOCUMENT VARIABLES ACCEPT: what curl reads from its standard input, so that neither token
# nor number is among its arguments.
config() {
    cat <<END
url = "$url"
header = "Authorization: Bearer $JIEBANG_TOKEN"
header = "Content-Type: application/json"
header = "Accept: $3"
header = "Accept-Language: $language"
data = "$(body "$1" "$2" | sed 's/[\\"]/\\&/g')"
END
}

# text NAME: the first text of that name in the JSON on standard input.
text() {
    sed -n '1{s/"'"$1"'": *"/\
/;s/^[^\n]*\n\([^"]*\)".*/\1/p;}'
}

# ask DOCUMENT VARIABLES: sets $answer, or ends with what the gateway says.
ask() {
    answer=$(config "$1" "$2" application/json |
        curl --silent --show-error --max-time 60 --config -) ||
        die "The gateway does not answer. Run it again with JIEBANG_KEY=$key."
    case $answer in
    *'"errors":'* | *'"__typename":"Refused"'*)
        die "$(printf '%s' "$answer" | text message) $(printf '%s' "$answer" | text hint)"
        ;;
    '{"data":'*) ;;
    *) die "No GraphQL answers at this address." ;;
    esac
}

ask lookup "{${about%,}}"
printf '%s\n' "$answer" | sed 's/{"platform":/\
&/g' | sed -n 's/^{"platform":{"id":"[^"]*","name":"\([^"]*\)".*"outcome":"\([A-Z_]*\)".*/\1: \2/p'
printf '%s\n' "$answer" | sed -n 's/.*"summary":{\([^}]*\)}.*/\1/p' | tr -d '"'

printf 'Key: %s\n' "$key" >&2
ask start_renewal "{\"input\":{$about\"idempotencyKey\":\"$key\"}}"
renewal=$(printf '%s' "$answer" | sed -n 's/.*"renewal":{"id":"\([^"]*\)".*/\1/p')

work=$(mktemp -d)
trap 'kill "${stream:-}" 2>/dev/null || true; rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
mkfifo "$work/events"
end=$(($(date +%s) + patience))
cursor=
settled=
while [ -z "$settled" ]; do # each turn a connection, which goes on where the last one ended
    left=$((end - $(date +%s)))
    [ "$left" -gt 0 ] || break
    after=
    [ -z "$cursor" ] || after=",\"after\":\"$cursor\""
    curl --silent --no-buffer --max-time "$left" --config - >"$work/events" <<END &
$(config renewal_progress "{\"id\":\"$renewal\"$after}" text/event-stream)
END
    stream=$!
    seen=
    while IFS= read -r line; do
        case $line in
        'data: {"data":'*)
            seen=yes
            cursor=$(printf '%s' "$line" | text cursor)
            status=$(printf '%s' "$line" | text status)
            name=$(printf '%s' "$line" | text name)
            printf '%s %s %s\n' "$(printf '%s' "$line" | text kind)" "$status" "$name"
            case $line in *'"settled":true'*) settled=yes && break ;; esac
            ;;
        'event: complete'*) settled=yes && break ;;
        *'"errors":'*) die "$(printf '%s' "$line" | sed 's/^data: //' | text message)" ;;
        esac
    done <"$work/events"
    kill "$stream" 2>/dev/null || true
    wait "$stream" 2>/dev/null || true
    [ -n "$settled$seen" ] || sleep 1
done

# The last events may still be on their way when the renewal is settled: this is how it ended.
ask renewal "{\"id\":\"$renewal\"}"
printf '%s\n' "$answer" | sed 's/{"id":"[^"]*","inquiryId":/\
&/g' | sed -n \
    's/^.*"inquiryId":.*"name":"\([^"]*\)"}.*"kind":"\([A-Z_]*\)","status":"\([A-Z_]*\)".*/\1: \2 \3/p'
printf '%s\n' "$answer" | sed -n \
    's/.*"basis":"[A-Z]*","status":"\([A-Z_]*\)","settled":\([a-z]*\).*/Renewal: \1, settled: \2/p'
