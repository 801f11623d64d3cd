# bash completion of dobby, made by `dobby completions bash`
_dobby() {
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}
  local command='' next='index show tree search status export verify worker model tokens logits eval rate bench doctor config completions' flags='--no-sandbox --color --quiet --help --version --man' args='' i
  case $before in
    --model|-m) compopt -o default; COMPREPLY=(); return ;;
    --db) compopt -o default; COMPREPLY=(); return ;;
    --threads|-j) COMPREPLY=($(compgen -W '' -- "$word")); return ;;
    --agents) COMPREPLY=($(compgen -W '' -- "$word")); return ;;
    --memory-budget) COMPREPLY=($(compgen -W '' -- "$word")); return ;;
    --time-budget) COMPREPLY=($(compgen -W '' -- "$word")); return ;;
    --timeout) COMPREPLY=($(compgen -W '' -- "$word")); return ;;
    --max-tokens) COMPREPLY=($(compgen -W '' -- "$word")); return ;;
    --compress) COMPREPLY=($(compgen -W 'none light outline' -- "$word")); return ;;
    --engine) COMPREPLY=($(compgen -W 'auto fast stock' -- "$word")); return ;;
    --include) COMPREPLY=($(compgen -W '' -- "$word")); return ;;
    --exclude) COMPREPLY=($(compgen -W '' -- "$word")); return ;;
    --max-file-size) COMPREPLY=($(compgen -W '' -- "$word")); return ;;
    --progress) COMPREPLY=($(compgen -W 'auto bar lines jsonl none' -- "$word")); return ;;
    --trace) compopt -o default; COMPREPLY=(); return ;;
    --ort-profile) compopt -o default; COMPREPLY=(); return ;;
    --format|-f) COMPREPLY=($(compgen -W 'text markdown json jsonl llms.txt' -- "$word")); return ;;
    --depth|-L) COMPREPLY=($(compgen -W '' -- "$word")); return ;;
    --limit) COMPREPLY=($(compgen -W '' -- "$word")); return ;;
    --level) COMPREPLY=($(compgen -W 'any chunk file dir repo' -- "$word")); return ;;
    --path) COMPREPLY=($(compgen -W '' -- "$word")); return ;;
    --lang) COMPREPLY=($(compgen -W '' -- "$word")); return ;;
    --name) COMPREPLY=($(compgen -W '' -- "$word")); return ;;
    --out-dir) compopt -o default; COMPREPLY=(); return ;;
    --bits) COMPREPLY=($(compgen -W '4 8' -- "$word")); return ;;
    --writes) COMPREPLY=($(compgen -W '' -- "$word")); return ;;
    --ids) compopt -o default; COMPREPLY=(); return ;;
    --out|-o) compopt -o default; COMPREPLY=(); return ;;
    --accuracy-level) COMPREPLY=($(compgen -W 'model 0 4' -- "$word")); return ;;
    --prompts) compopt -o default; COMPREPLY=(); return ;;
    --max-new-tokens) COMPREPLY=($(compgen -W '' -- "$word")); return ;;
    --out-tokens) compopt -o default; COMPREPLY=(); return ;;
    --data) compopt -o default; COMPREPLY=(); return ;;
    --rows) COMPREPLY=($(compgen -W '' -- "$word")); return ;;
    --style) COMPREPLY=($(compgen -W 'lines sentence' -- "$word")); return ;;
    --prompt-text) compopt -o default; COMPREPLY=(); return ;;
    --against) compopt -o default; COMPREPLY=(); return ;;
    --report) compopt -o default; COMPREPLY=(); return ;;
    --answers) compopt -o default; COMPREPLY=(); return ;;
    --ratings) compopt -o default; COMPREPLY=(); return ;;
    --port) COMPREPLY=($(compgen -W '' -- "$word")); return ;;
    --color) COMPREPLY=($(compgen -W 'auto always never' -- "$word")); return ;;
  esac
  for ((i = 1; i < COMP_CWORD; i++)); do
    [[ ${COMP_WORDS[i]} == -* || -z $next ]] && continue
    command+=${command:+ }${COMP_WORDS[i]}
    case $command in
      model) next='list import verify' ;;
      *) next='' ;;
    esac
  done
  case $command in
    'index') flags='--model --db --here --threads --agents --memory-budget --time-budget --timeout --max-tokens --compress --engine --include --exclude --no-ignore --hidden --max-file-size --dry-run --progress --profile --trace --ort-profile --only-model --json --no-sandbox --color --quiet --verbose --help' args='' ;;
    'show') flags='--db --signatures --json --no-sandbox --color --quiet --help' args='' ;;
    'tree') flags='--db --depth --chunks --no-sandbox --color --quiet --help' args='' ;;
    'search') flags='--db --limit --level --path --lang --json --no-sandbox --color --quiet --help' args='' ;;
    'status') flags='--db --include --exclude --no-ignore --hidden --max-file-size --exit-code --json --no-sandbox --color --quiet --verbose --help' args='' ;;
    'export') flags='--db --format --no-sandbox --color --quiet --help' args='' ;;
    'verify') flags='--db --json --no-sandbox --color --quiet --help' args='' ;;
    'worker') flags='--model --threads --agents --memory-budget --timeout --max-tokens --compress --engine --only-model --no-sandbox --color --quiet --help' args='' ;;
    'model list') flags='--json --no-sandbox --color --quiet --help' args='' ;;
    'model import') flags='--name --out-dir --bits --writes --replace --json --no-sandbox --color --quiet --verbose --help' args='' ;;
    'model verify') flags='--json --no-sandbox --color --quiet --help' args='' ;;
    'tokens') flags='--model --trusted --no-sandbox --color --quiet --help' args='' ;;
    'logits') flags='--model --threads --engine --ids --out --last --accuracy-level --no-sandbox --color --quiet --help' args='' ;;
    'eval') flags='--model --threads --agents --memory-budget --timeout --max-tokens --compress --engine --accuracy-level --data --rows --style --prompt-text --only-model --any-words --against --perturb --report --answers --json --no-sandbox --color --quiet --help' args='' ;;
    'rate') flags='--data --rows --answers --ratings --port --results --json --no-sandbox --color --quiet --help' args='' ;;
    'bench') flags='--model --threads --agents --memory-budget --engine --trace --ort-profile --accuracy-level --prompts --max-new-tokens --ignore-eos --fixed-agents --no-drafts --out-tokens --json --no-sandbox --color --quiet --help' args='' ;;
    'doctor') flags='--model --db --threads --engine --json --no-sandbox --color --quiet --help' args='' ;;
    'config') flags='--json --no-sandbox --color --quiet --help' args='' ;;
    'completions') flags='--no-sandbox --color --quiet --help' args='bash zsh fish' ;;
  esac
  if [[ $word == -* ]]; then
    COMPREPLY=($(compgen -W "$flags" -- "$word"))
  elif [[ -n $next$args ]]; then
    COMPREPLY=($(compgen -W "$next $args" -- "$word"))
  else
    compopt -o default; COMPREPLY=()
  fi
}
complete -F _dobby dobby
