# Completion of postern(1) for bash: subcommands and options are read from the program's own help,
# so that they are those of the installed version.
_postern_help() {
  "$@" --help 2>/dev/null | awk '
    /^Subcommands:/ { sub_part = 1; opt_part = 0; next }
    /^Options:/     { opt_part = 1; sub_part = 0; next }
    /^[^ ]/         { sub_part = 0; opt_part = 0 }
    sub_part && /^  [a-z]/ { print $1 }
    opt_part && /^  -/ { n = split($1, names, ","); for (i = 1; i <= n; ++i) if (names[i] ~ /^--/) print names[i] }'
}

_postern() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} word
  local -a command=("${COMP_WORDS[0]}")
  case "$previous" in
    --config|--state) COMPREPLY=($(compgen -f -- "$current")); return ;;
  esac
  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    # Only words that are commands: a name given to one of them is not asked for help.
    [[ $word == -* || $word == */* ]] && continue
    _postern_help "${command[@]}" | grep -qx -- "$word" && command+=("$word")
  done
  COMPREPLY=($(compgen -W "$(_postern_help "${command[@]}")" -- "$current"))
  [ ${#COMPREPLY[@]} -ne 0 ] || COMPREPLY=($(compgen -f -- "$current"))
}

complete -F _postern postern ak
