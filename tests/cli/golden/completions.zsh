#compdef dobby
# zsh completion of dobby, made by `dobby completions zsh`
_dobby() {
  local command=${words[2]}
  (( CURRENT == 2 )) && { _dobby_words; return }
  shift words; (( CURRENT-- ))
  case $command in
    model)
      (( CURRENT == 2 )) && { _dobby_words_model; return }
      command="$command ${words[2]}"
      shift words; (( CURRENT-- )) ;;
  esac
  case $command in
    'index')
      _arguments -s \
        '*--model[The model  a name, a model folder or a GGUF file.]:NAME:_files' '-m[The model  a name, a model folder or a GGUF file.]:NAME:_files' \
        '--db[The index, a file of your own choice.]:FILE:_files' \
        '--here[Keep the index in .dobby of the folder, which dobby makes.]' \
        '--threads[Threads of the model; 0  every CPU this process may use.]:N:' '-j[Threads of the model; 0  every CPU this process may use.]:N:' \
        '--agents[Most requests in flight at once.]:N:' \
        '--memory-budget[Memory for the attention state of all requests, like 800M; 0  half of what is free.]:SIZE:' \
        '--time-budget[Stop after this time, like 10m; 0  no limit.]:TIME:' \
        '--timeout[Most time one request may take of the engine; 0  no limit.]:TIME:' \
        '--max-tokens[Longest prompt, in tokens.]:N:' \
        '--compress[What the model reads of a chunk  all of it (none); all but licences, blank lines, long literals and tables (light); or what it defines with the comments on it (outline), which is quicker and with a small model better.]:LEVEL:(none light outline)' \
        '--engine[What computes the model  dobby'\''s operators (fast), ONNX Runtime'\''s own (stock), or the first where model and CPU allow it (auto).]:KIND:(auto fast stock)' \
        '*--include[Only files that match, as in .gitignore; may be repeated.]:GLOB:' \
        '*--exclude[No files that match, as in .gitignore; may be repeated.]:GLOB:' \
        '--no-ignore[Do not heed .gitignore, .ignore and .dobbyignore.]' \
        '--hidden[Also files and folders whose names begin with a dot.]' \
        '--max-file-size[Skip larger files, as too large.]:SIZE:' \
        '--dry-run[Say what would be summarised, without a model and without a change.]' '-n[Say what would be summarised, without a model and without a change.]' \
        '--progress[Progress on stderr  a bar, a line now and then, JSON lines for programs, or none.]:HOW:(auto bar lines jsonl none)' \
        '--profile[Say on stderr where the time went, stage by stage.]' \
        '--trace[Write a trace of the engine, for chrome //tracing or Perfetto.]:FILE:_files' \
        '--ort-profile[Let ONNX Runtime write its own profile, PREFIX_*.json.]:PREFIX:_files' \
        '--only-model[Every line by the model, also those that dobby takes from the author'\''s comment or the outline.]' \
        '--json[JSON on stdout.]' \
        '--no-sandbox[Do not enter the sandbox.]' \
        '--color[Whether to use colours.]:WHEN:(auto always never)' \
        '--quiet[No progress and no warnings; errors only.]' '-q[No progress and no warnings; errors only.]' \
        '--verbose[Say more.]' '-v[Say more.]' \
        '--help[Help; -h is shorter.]' '-h[Help; -h is shorter.]' '*:PATH:_files' ;;
    'show')
      _arguments -s \
        '--db[The index, a file of your own choice.]:FILE:_files' \
        '--signatures[Also the heads of what a file defines, with their lines.]' \
        '--json[JSON on stdout.]' \
        '--no-sandbox[Do not enter the sandbox.]' \
        '--color[Whether to use colours.]:WHEN:(auto always never)' \
        '--quiet[No progress and no warnings; errors only.]' '-q[No progress and no warnings; errors only.]' \
        '--help[Help; -h is shorter.]' '-h[Help; -h is shorter.]' '*:PATH:_files' ;;
    'tree')
      _arguments -s \
        '--db[The index, a file of your own choice.]:FILE:_files' \
        '--depth[Folders below the start; 0  no limit.]:N:' '-L[Folders below the start; 0  no limit.]:N:' \
        '--chunks[Also the chunks of files that have several.]' \
        '--no-sandbox[Do not enter the sandbox.]' \
        '--color[Whether to use colours.]:WHEN:(auto always never)' \
        '--quiet[No progress and no warnings; errors only.]' '-q[No progress and no warnings; errors only.]' \
        '--help[Help; -h is shorter.]' '-h[Help; -h is shorter.]' '*:PATH:_files' ;;
    'search')
      _arguments -s \
        '--db[The index, a file of your own choice.]:FILE:_files' \
        '--limit[Most results.]:N:' \
        '--level[Only summaries of this kind.]:LEVEL:(any chunk file dir repo)' \
        '--path[Only this file, what is below this folder, or what a pattern such as '\''*_test.go'\'' fits.]:PATH:' \
        '--lang[Only files of this language, as `dobby export --format json` names it.]:ID:' \
        '--json[JSON on stdout.]' \
        '--no-sandbox[Do not enter the sandbox.]' \
        '--color[Whether to use colours.]:WHEN:(auto always never)' \
        '--quiet[No progress and no warnings; errors only.]' '-q[No progress and no warnings; errors only.]' \
        '--help[Help; -h is shorter.]' '-h[Help; -h is shorter.]' '*:WORDS:' ;;
    'status')
      _arguments -s \
        '--db[The index, a file of your own choice.]:FILE:_files' \
        '*--include[Only files that match, as in .gitignore; may be repeated.]:GLOB:' \
        '*--exclude[No files that match, as in .gitignore; may be repeated.]:GLOB:' \
        '--no-ignore[Do not heed .gitignore, .ignore and .dobbyignore.]' \
        '--hidden[Also files and folders whose names begin with a dot.]' \
        '--max-file-size[Skip larger files, as too large.]:SIZE:' \
        '--exit-code[Exit with 1 when anything is stale, missing or new.]' \
        '--json[JSON on stdout.]' \
        '--no-sandbox[Do not enter the sandbox.]' \
        '--color[Whether to use colours.]:WHEN:(auto always never)' \
        '--quiet[No progress and no warnings; errors only.]' '-q[No progress and no warnings; errors only.]' \
        '--verbose[Say more.]' '-v[Say more.]' \
        '--help[Help; -h is shorter.]' '-h[Help; -h is shorter.]' '*:PATH:_files' ;;
    'export')
      _arguments -s \
        '--db[The index, a file of your own choice.]:FILE:_files' \
        '--format[The format.]:NAME:(text markdown json jsonl llms.txt)' '-f[The format.]:NAME:(text markdown json jsonl llms.txt)' \
        '--no-sandbox[Do not enter the sandbox.]' \
        '--color[Whether to use colours.]:WHEN:(auto always never)' \
        '--quiet[No progress and no warnings; errors only.]' '-q[No progress and no warnings; errors only.]' \
        '--help[Help; -h is shorter.]' '-h[Help; -h is shorter.]' '*:PATH:_files' ;;
    'verify')
      _arguments -s \
        '--db[The index, a file of your own choice.]:FILE:_files' \
        '--json[JSON on stdout.]' \
        '--no-sandbox[Do not enter the sandbox.]' \
        '--color[Whether to use colours.]:WHEN:(auto always never)' \
        '--quiet[No progress and no warnings; errors only.]' '-q[No progress and no warnings; errors only.]' \
        '--help[Help; -h is shorter.]' '-h[Help; -h is shorter.]' '*:PATH:_files' ;;
    'worker')
      _arguments -s \
        '*--model[The model  a name, a model folder or a GGUF file.]:NAME:_files' '-m[The model  a name, a model folder or a GGUF file.]:NAME:_files' \
        '--threads[Threads of the model; 0  every CPU this process may use.]:N:' '-j[Threads of the model; 0  every CPU this process may use.]:N:' \
        '--agents[Most requests in flight at once.]:N:' \
        '--memory-budget[Memory for the attention state of all requests, like 800M; 0  half of what is free.]:SIZE:' \
        '--timeout[Most time one request may take of the engine; 0  no limit.]:TIME:' \
        '--max-tokens[Longest prompt, in tokens.]:N:' \
        '--compress[What the model reads of a chunk  all of it (none); all but licences, blank lines, long literals and tables (light); or what it defines with the comments on it (outline), which is quicker and with a small model better.]:LEVEL:(none light outline)' \
        '--engine[What computes the model  dobby'\''s operators (fast), ONNX Runtime'\''s own (stock), or the first where model and CPU allow it (auto).]:KIND:(auto fast stock)' \
        '--only-model[Every line by the model, also those that dobby takes from the author'\''s comment or the outline.]' \
        '--no-sandbox[Do not enter the sandbox.]' \
        '--color[Whether to use colours.]:WHEN:(auto always never)' \
        '--quiet[No progress and no warnings; errors only.]' '-q[No progress and no warnings; errors only.]' \
        '--help[Help; -h is shorter.]' '-h[Help; -h is shorter.]' ;;
    'model list')
      _arguments -s \
        '--json[JSON on stdout.]' \
        '--no-sandbox[Do not enter the sandbox.]' \
        '--color[Whether to use colours.]:WHEN:(auto always never)' \
        '--quiet[No progress and no warnings; errors only.]' '-q[No progress and no warnings; errors only.]' \
        '--help[Help; -h is shorter.]' '-h[Help; -h is shorter.]' ;;
    'model import')
      _arguments -s \
        '--name[Name of the model; without it, from the file'\''s name.]:NAME:' \
        '--out-dir[Where the model'\''s folder is made; without it, where models are installed.]:DIR:_files' \
        '--bits[Bits of weights that cannot be carried over exactly.]:N:(4 8)' \
        '--writes[The first lines that the model writes better than dobby does without it, by your own judgement  any of chunk, file, dir and repo, with commas between.]:LEVELS:' \
        '--replace[Overwrite a model of that name.]' \
        '--json[JSON on stdout.]' \
        '--no-sandbox[Do not enter the sandbox.]' \
        '--color[Whether to use colours.]:WHEN:(auto always never)' \
        '--quiet[No progress and no warnings; errors only.]' '-q[No progress and no warnings; errors only.]' \
        '--verbose[Say more.]' '-v[Say more.]' \
        '--help[Help; -h is shorter.]' '-h[Help; -h is shorter.]' '*:FILE:_files' ;;
    'model verify')
      _arguments -s \
        '--json[JSON on stdout.]' \
        '--no-sandbox[Do not enter the sandbox.]' \
        '--color[Whether to use colours.]:WHEN:(auto always never)' \
        '--quiet[No progress and no warnings; errors only.]' '-q[No progress and no warnings; errors only.]' \
        '--help[Help; -h is shorter.]' '-h[Help; -h is shorter.]' '*:MODEL:_files' ;;
    'tokens')
      _arguments -s \
        '*--model[The model  a name, a model folder or a GGUF file.]:NAME:_files' '-m[The model  a name, a model folder or a GGUF file.]:NAME:_files' \
        '--trusted[Names of control tokens in the text become those tokens.]' \
        '--no-sandbox[Do not enter the sandbox.]' \
        '--color[Whether to use colours.]:WHEN:(auto always never)' \
        '--quiet[No progress and no warnings; errors only.]' '-q[No progress and no warnings; errors only.]' \
        '--help[Help; -h is shorter.]' '-h[Help; -h is shorter.]' ;;
    'logits')
      _arguments -s \
        '*--model[The model  a name, a model folder or a GGUF file.]:NAME:_files' '-m[The model  a name, a model folder or a GGUF file.]:NAME:_files' \
        '--threads[Threads of the model; 0  every CPU this process may use.]:N:' '-j[Threads of the model; 0  every CPU this process may use.]:N:' \
        '--engine[What computes the model  dobby'\''s operators (fast), ONNX Runtime'\''s own (stock), or the first where model and CPU allow it (auto).]:KIND:(auto fast stock)' \
        '--ids[Token ids  a JSON array, or numbers with white space between; -  stdin.]:FILE:_files' \
        '--out[The .npy file to write  float32  tokens, vocabulary .]:FILE:_files' '-o[The .npy file to write  float32  tokens, vocabulary .]:FILE:_files' \
        '--last[Only the logits after the last token.]' \
        '--accuracy-level[Activations of the quantised operators  int8 (4), fp32 (0), or as the model'\''s file says.]:N:(model 0 4)' \
        '--no-sandbox[Do not enter the sandbox.]' \
        '--color[Whether to use colours.]:WHEN:(auto always never)' \
        '--quiet[No progress and no warnings; errors only.]' '-q[No progress and no warnings; errors only.]' \
        '--help[Help; -h is shorter.]' '-h[Help; -h is shorter.]' ;;
    'eval')
      _arguments -s \
        '*--model[The model  a name, a model folder or a GGUF file.]:NAME:_files' '-m[The model  a name, a model folder or a GGUF file.]:NAME:_files' \
        '--threads[Threads of the model; 0  every CPU this process may use.]:N:' '-j[Threads of the model; 0  every CPU this process may use.]:N:' \
        '--agents[Most requests in flight at once.]:N:' \
        '--memory-budget[Memory for the attention state of all requests, like 800M; 0  half of what is free.]:SIZE:' \
        '--timeout[Most time one request may take of the engine; 0  no limit.]:TIME:' \
        '--max-tokens[Longest prompt, in tokens.]:N:' \
        '--compress[What the model reads of a chunk  all of it (none); all but licences, blank lines, long literals and tables (light); or what it defines with the comments on it (outline), which is quicker and with a small model better.]:LEVEL:(none light outline)' \
        '--engine[What computes the model  dobby'\''s operators (fast), ONNX Runtime'\''s own (stock), or the first where model and CPU allow it (auto).]:KIND:(auto fast stock)' \
        '--accuracy-level[Activations of the quantised operators  int8 (4), fp32 (0), or as the model'\''s file says.]:N:(model 0 4)' \
        '--data[The evaluation set  JSON lines of {"id", "code", "references", "lang"?, "path"?}.]:FILE:_files' \
        '--rows[Only so many rows, from all over the set; 0  all.]:N:' \
        '--style[What is asked for  two lines, or one sentence about a function.]:STYLE:(lines sentence)' \
        '--prompt-text[Other words for the prompts, in the form of dobby'\''s own (src/prompts/text).]:FILE:_files' \
        '--only-model[Every line by the model, also those that dobby takes from the author'\''s comment or the outline.]' \
        '--any-words[Let the model use words that neither the code nor plain English has.]' \
        '--against[Another report.json of the same rows  also print the differences to its last system, row by row.]:FILE:_files' \
        '--perturb[Also change the code (another name, a comparison turned round) and say how often the summaries follow.]' \
        '--report[Where answers and reports are kept.]:DIR:_files' \
        '*--answers[A system'\''s answers  JSON lines of {"id", "lines"}, as `eval` keeps them; may be repeated.]:PATH:_files' \
        '--json[JSON on stdout.]' \
        '--no-sandbox[Do not enter the sandbox.]' \
        '--color[Whether to use colours.]:WHEN:(auto always never)' \
        '--quiet[No progress and no warnings; errors only.]' '-q[No progress and no warnings; errors only.]' \
        '--help[Help; -h is shorter.]' '-h[Help; -h is shorter.]' ;;
    'rate')
      _arguments -s \
        '--data[The evaluation set  JSON lines of {"id", "code", "references", "lang"?, "path"?}.]:FILE:_files' \
        '--rows[Only so many rows, from all over the set; 0  all.]:N:' \
        '*--answers[A system'\''s answers  JSON lines of {"id", "lines"}, as `eval` keeps them; may be repeated.]:PATH:_files' \
        '--ratings[Where ratings are kept, as JSON lines.]:FILE:_files' \
        '--port[The port of 127.0.0.1; 0  any that is free.]:N:' \
        '--results[Print what was rated so far, and end.]' \
        '--json[JSON on stdout.]' \
        '--no-sandbox[Do not enter the sandbox.]' \
        '--color[Whether to use colours.]:WHEN:(auto always never)' \
        '--quiet[No progress and no warnings; errors only.]' '-q[No progress and no warnings; errors only.]' \
        '--help[Help; -h is shorter.]' '-h[Help; -h is shorter.]' ;;
    'bench')
      _arguments -s \
        '*--model[The model  a name, a model folder or a GGUF file.]:NAME:_files' '-m[The model  a name, a model folder or a GGUF file.]:NAME:_files' \
        '--threads[Threads of the model; 0  every CPU this process may use.]:N:' '-j[Threads of the model; 0  every CPU this process may use.]:N:' \
        '--agents[Most requests in flight at once.]:N:' \
        '--memory-budget[Memory for the attention state of all requests, like 800M; 0  half of what is free.]:SIZE:' \
        '--engine[What computes the model  dobby'\''s operators (fast), ONNX Runtime'\''s own (stock), or the first where model and CPU allow it (auto).]:KIND:(auto fast stock)' \
        '--trace[Write a trace of the engine, for chrome //tracing or Perfetto.]:FILE:_files' \
        '--ort-profile[Let ONNX Runtime write its own profile, PREFIX_*.json.]:PREFIX:_files' \
        '--accuracy-level[Activations of the quantised operators  int8 (4), fp32 (0), or as the model'\''s file says.]:N:(model 0 4)' \
        '--prompts[JSON lines of {"id", "prompt"}, each prompt in the model'\''s chat frame.]:FILE:_files' \
        '--max-new-tokens[Most tokens to generate for each prompt.]:N:' \
        '--ignore-eos[Go on after an end token, so that every prompt gets all its tokens.]' \
        '--fixed-agents[Run --agents requests at once even where more gain nothing.]' \
        '--no-drafts[One token a step  no guesses from earlier text.]' \
        '--out-tokens[Write the generated token ids  for each prompt, in order, a line with a JSON array.]:FILE:_files' \
        '--json[JSON on stdout.]' \
        '--no-sandbox[Do not enter the sandbox.]' \
        '--color[Whether to use colours.]:WHEN:(auto always never)' \
        '--quiet[No progress and no warnings; errors only.]' '-q[No progress and no warnings; errors only.]' \
        '--help[Help; -h is shorter.]' '-h[Help; -h is shorter.]' ;;
    'doctor')
      _arguments -s \
        '*--model[The model  a name, a model folder or a GGUF file.]:NAME:_files' '-m[The model  a name, a model folder or a GGUF file.]:NAME:_files' \
        '--db[The index, a file of your own choice.]:FILE:_files' \
        '--threads[Threads of the model; 0  every CPU this process may use.]:N:' '-j[Threads of the model; 0  every CPU this process may use.]:N:' \
        '--engine[What computes the model  dobby'\''s operators (fast), ONNX Runtime'\''s own (stock), or the first where model and CPU allow it (auto).]:KIND:(auto fast stock)' \
        '--json[JSON on stdout.]' \
        '--no-sandbox[Do not enter the sandbox.]' \
        '--color[Whether to use colours.]:WHEN:(auto always never)' \
        '--quiet[No progress and no warnings; errors only.]' '-q[No progress and no warnings; errors only.]' \
        '--help[Help; -h is shorter.]' '-h[Help; -h is shorter.]' ;;
    'config')
      _arguments -s \
        '--json[JSON on stdout.]' \
        '--no-sandbox[Do not enter the sandbox.]' \
        '--color[Whether to use colours.]:WHEN:(auto always never)' \
        '--quiet[No progress and no warnings; errors only.]' '-q[No progress and no warnings; errors only.]' \
        '--help[Help; -h is shorter.]' '-h[Help; -h is shorter.]' ;;
    'completions')
      _arguments -s \
        '--no-sandbox[Do not enter the sandbox.]' \
        '--color[Whether to use colours.]:WHEN:(auto always never)' \
        '--quiet[No progress and no warnings; errors only.]' '-q[No progress and no warnings; errors only.]' \
        '--help[Help; -h is shorter.]' '-h[Help; -h is shorter.]' '*:SHELL:(bash zsh fish)' ;;
  esac
}
_dobby_words() {
  local -a words
  words=( 'index:Summarise what changed in a folder' 'show:Show the summary of a file, a folder or a line' 'tree:Show the summaries as a tree' 'search:Find summaries by words' 'status:Compare the index with the files' 'export:Write the whole index in a format' 'verify:Check that the index is sound' 'worker:Summarise snippets from stdin, as JSON lines' 'model:Commands about the models' 'tokens:Write the token ids of the text on stdin' 'logits:Write the logits of a token sequence' 'eval:Score a model'\''s summaries against references' 'rate:Let people rate summaries, blindly, in a browser' 'bench:Measure the model on a file of prompts' 'doctor:Check this machine, the model and the index' 'config:Show every setting and where it comes from' 'completions:Write the completions of a shell' ); _describe command words
}
_dobby_words_model() {
  local -a words
  words=( 'list:List the installed models' 'import:Make a model folder of a GGUF file' 'verify:Check the files of a model against their checksums' ); _describe command words
}
if [[ $funcstack[1] == _dobby ]]; then _dobby "$@"; else compdef _dobby dobby; fi
