# bash completion for footprint
_footprint() {
    local word="${COMP_WORDS[COMP_CWORD]}" words=""
    if [ "$COMP_CWORD" -eq 1 ]; then
        COMPREPLY=($(compgen -W "animate story map compare export explain latency diff simulate validate info view help --help --version" -- "$word"))
        return
    fi
    case "${COMP_WORDS[1]}" in
        animate) words="-o --output -f --format -O --overwrite --from --to --fps --duration --captions --split --camera --spin --pace --beside --resume --dry-run --chart --provider --providers --coverage --threshold --projection --lon0 --theme --size --title --subtitle --cables --no-labels --chances --yes-large --serve --kind --latency --without --with --preset --include --exclude --data --catalog --only-catalog --events --threads --progress --no-progress -q --quiet -v --verbose --help" ;;
        story) words="-o --output -O --overwrite --jumps --in --from --to --fps --duration --provider --providers --coverage --threshold --projection --lon0 --theme --size --title --subtitle --cables --no-labels --chances --yes-large --serve --kind --latency --without --with --preset --include --exclude --data --catalog --only-catalog --events --threads --progress --no-progress -q --quiet -v --verbose --help" ;;
        map) words="-o --output -f --format -O --overwrite --at --chart --provider --providers --coverage --threshold --projection --lon0 --theme --size --title --subtitle --cables --no-labels --chances --yes-large --serve --kind --latency --without --with --preset --include --exclude --data --catalog --only-catalog --events --threads --progress --no-progress -q --quiet -v --verbose --help" ;;
        compare) words="--provider --providers --in --by --best --gap --who-is-best --lose --add --under-served --equity --residency --dual-stack --flip --over-time --at --from --to --every --threshold --within --serve --blocs --weight --kind --latency --without --with --preset --include --exclude --people --json -o --output -f --format -O --overwrite --size --theme --title --data --catalog --only-catalog --events --threads --progress --no-progress -q --quiet -v --verbose --help" ;;
        export) words="--from --input-format --layer -o --output -f --format -O --overwrite --at --to --every --provider --providers --threshold --within --serve --blocs --weight --kind --latency --without --with --preset --include --exclude --sites --measure --bands --step --resolution --tolerance --precision --style --bbox --rs --ids --skip-bad --data --catalog --only-catalog --events --threads --progress --no-progress -q --quiet -v --verbose --help" ;;
        explain) words="--position --at --provider --providers --threshold --within --serve --blocs --weight --kind --latency --without --with --preset --include --exclude --json --data --catalog --only-catalog --events --threads --progress --no-progress -q --quiet -v --verbose --help" ;;
        latency) words="--from --to --pairs --at --kind --coverage --without --with --preset --parameters --skip-bad --variants --scatter --map --size --theme --title --json -o --output -O --overwrite --data --catalog --only-catalog --events --threads --progress --no-progress -q --quiet -v --verbose --help" ;;
        diff) words="--provider --providers --in --threshold --within --serve --blocs --weight --kind --latency --without --with --preset --include --exclude --json -o --output -f --format -O --overwrite --size --theme --title --data --catalog --only-catalog --events --threads --progress --no-progress -q --quiet -v --verbose --help" ;;
        simulate) words="-o --output -O --overwrite --runs --seed --latency --resume --hindcast --until --provider --providers --data --catalog --only-catalog --events --threads --progress --no-progress -q --quiet -v --verbose --help" ;;
        validate) words="--json --data --catalog --only-catalog --events --threads --progress --no-progress -q --quiet -v --verbose --help" ;;
        info) words="--json --data --catalog --only-catalog --events --threads --progress --no-progress -q --quiet -v --verbose --help" ;;
        view) words="--at --from --to --duration -o --output --scale --fresh --state-json --provider --providers --coverage --threshold --projection --lon0 --theme --size --title --subtitle --cables --no-labels --chances --yes-large --serve --kind --latency --without --with --preset --include --exclude --data --catalog --only-catalog --events --threads --progress --no-progress -q --quiet -v --verbose --help" ;;
        help) words="--man --completion --data --catalog --only-catalog --events --threads --progress --no-progress -q --quiet -v --verbose --help" ;;
    esac
    if [[ "$word" == -* ]]; then
        COMPREPLY=($(compgen -W "$words" -- "$word"))
    else
        COMPREPLY=($(compgen -f -- "$word"))
    fi
}
complete -o filenames -F _footprint footprint
