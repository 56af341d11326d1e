// 日本語。概要以外のページの語。ページ群ごとの語は別のファイルにあります。
import type { ComponentChildren } from "preact";
import { jaRhythm } from "./ja";
import { jaAccess } from "./ja_access";
import { jaIngest } from "./ja_ingest";
import { jaReports } from "./ja_reports";
import { jaStart } from "./ja_start";
import { noteSentences, reasonSentences } from "./ja_codes";
import type { PageWords } from "./pages";

type Node = ComponentChildren;

export const jaPages: PageWords = {
  login: {
    title: "ログイン",
    name: "ユーザー名",
    password: "パスワード",
    submit: "ログイン",
    wrong: "ユーザー名またはパスワードが違います。",
    wait: "試行回数が多すぎます。数分待ってからもう一度お試しください。",
    in_as: (name: string) => `${name} としてログインしています。`,
    open: "ユーザーがまだいないため、このマシンからはログインせずに使えます。最初のユーザーは ruadar user add で追加します。",
    proxy: "このサーバーの前段のログインから、ユーザー名が伝えられませんでした。",
  },

  domain: {
    tabs: { overview: "概要", sources: "送信元", policy: "ポリシー", reporters: "発行者", subdomains: "サブドメイン", reports: "レポート" },
    tabs_label: "このページの内容",
    header_from: "ヘッダーFrom",
    publishes: (policy: Node): Node => ["公開ポリシー: ", policy],
    no_policy: "公開ポリシーは不明です。どのレポートにも記載がありません。",
    top_sources: "失敗の多い送信元",
  },

  sources: {
    title: "送信元",
    answer: (sources: Node, messages: Node): Node => [sources, " 個のアドレスが、これらのドメインとして ", messages, " 通を送信しました。"],
    by_dkim: "DKIMドメイン",
    by_spf: "SPFドメイン",
    unaddressed: "アドレスではない送信元",
    together: (messages: Node): Node => ["合わせて ", messages, " 通。"],
    all: "すべての送信元",
  },

  concentration: {
    title: "送信元の集中度",
    top_sources: (n: number, of: number) => (n === 1 ? "最大の送信元" : n === of ? `すべての送信元(${n})` : `上位${n}の送信元`),
    top_networks: (n: number, of: number) => (n === 1 ? "最大のネットワーク" : n === of ? `すべてのネットワーク(${n})` : `上位${n}のネットワーク`),
    unnamed: "アドレスではない送信元",
    hint: "ネットワークは IPv4 の /24 と IPv6 の /48。",
  },

  source: {
    answer: (messages: Node, rate: Node): Node => [messages, " 通、成功率 ", rate, "。"],
    seen: (first: string, last: string) => `${first}から${last}まで`,
    copy: "コピー:",
    copied: "コピーしました:",
    copy_ip: "IP",
    copy_network: "ネットワーク",
    copy_spf: "SPFの記述",
    days: "最新のレポートまでの90日間",
    claimed: "名乗ったドメインと認証結果",
    claimed_of: (shown: string, total: string) => `全 ${total} 通りのうち ${shown} 通りを表示`,
    aligned: "アライメント一致",
    not_aligned: "アライメント不一致",
    aligned_hint: "結果と最終判定はレポート発行者によるものです。各結果に添えたアライメントの一致・不一致は、ドメイン、公開ポリシー、Public Suffix List からの推定です。",
    did: "受信側の処置",
    overrides: "上書き理由",
    override_type: "理由",
    comment: "コメント",
    for_whom: "対象のドメイン",
    saw: "報告した発行者",
    saw_days: "報告した発行者(日別)",
    saw_days_hint: "縦軸の目盛りは発行者ごとに異なります。棒を選ぶとその日のレコードを開きます。",
    no_overrides: "上書き理由を示した受信側はありません。",
  },

  policies: {
    title: "ポリシー",
    answer: (p: Node): Node => ["この期間のドメインの公開ポリシー: ", p, "。"],
    one: (n: Node, policy: Node): Node => [policy, " が ", n, " ドメイン"],
    and: "、",
    shares: "公開ポリシーごとのドメイン数",
    matrix: "公開ポリシーと受信側の処置",
    exact: (n: string) => `レポートの記載どおり(${n} 行)`,
    changes: "ポリシーの変更",
    no_changes: "この期間に公開ポリシーの変更はありません。",
    change: "変更前 → 変更後",
    domains: (n: number) => `${n} ドメイン`,
    domains_of: (p: string) => `p=${p} を公開しているドメイン(最新のレポートによる)`,
    all: "すべてのポリシー",
    over_time: "公開ポリシー別の通数",
    seen_on: "確認された日",
    changed_by: "確認した発行者",
  },

  reporters: {
    title: "レポート発行者",
    answer: (n: Node, reports: Node): Node => [n, " 組織の発行者から ", reports, " 件のレポートが届きました。"],
    days: "レポートのあった日数",
    per_day: "1日あたりのレポート",
    usual_hour: "通常の送信時刻",
    around: (hour: string) => `${hour} 前後 (UTC)`,
    quirks: "逸脱",
    usual_hint: "(直近30日のレポートの半数以上が前後1時間以内)",
    on_days: (reports: string, days: string) => `${days} 日間に ${reports} 件`,
    silent_for: (days: number, gap: number | null) => `${days} 日間なし` + (gap === null ? "" : `(${jaRhythm(gap)})`),
    up_to_date: "最新",
    notes: "形式からの逸脱",
    leave_out: "すべてのページで除外する",
    emails: "送信アドレス",
    stored: "最後の保存",
  },
  reasons: reasonSentences,
  notes: noteSentences,

  help: {
    title: "ヘルプ",
    glossary: "用語",
    terms: [
      ["通数 (message)", "メールの数。特に断りのない数字はすべて通数です。"],
      ["レコード (record)", "レポートの1行。同じ送信元・同じ結果のメールをまとめたもの。"],
      ["集計レポート (report)", "1つの発行者が1つのドメインについて、通常は1日ごとに送る文書。"],
      ["レポート発行者 (reporter)", "メールを受信し、レポートを送った組織。"],
      ["送信元 (source)", "メールを送った1つのIPアドレス。"],
      ["公開ポリシー (policy)", "ドメインがDNSで公開していた内容。レポートの記載によります。"],
      ["適用ポリシー (disposition)", "受信側の処置。なし(配信)、隔離、拒否。"],
      ["アライメント一致 (aligned)", "ヘッダーFromのドメインに属する名前でSPFまたはDKIMが成功したこと。別のドメインでの成功は一致ではありません。"],
      ["DMARC認証成功 (pass)", "SPFまたはDKIMがアライメント一致。"],
      ["日 (day)", "レポートの期間の中央が属するUTCの日。"],
    ],
    classes: "結果の分類",
    filters: "絞り込み",
    filters_body:
      "同じ項目を重ねると「または」、異なる項目は「かつ」、値の前の「!」は除外です。すべてはページのアドレスに含まれるので、ブックマークも共有もできます。",
    shortcuts: "キーボード",
    shortcuts_on: "1文字のショートカット",
    keys: [
      ["g → o, s, p, r, i", "概要、送信元、ポリシー、レポート、取り込み"],
      ["f, /", "絞り込みを追加、検索"],
      ["[, ]", "前・次の期間"],
      ["d, w, m", "7日・30日・90日"],
      ["x", "前の期間と比較"],
      ["?", "このページ"],
      ["← →", "グラフ内の移動。Shiftで選択、Enterで拡大"],
      ["Esc", "閉じる、選択をやめる"],
    ],
    api: "プログラムから使う",
    api_body: "ページの内容はすべてHTTP APIから得ています。名前も絞り込みも同じです:",
  },

  ...jaReports,
  ...jaIngest,
  ...jaStart,
  ...jaAccess,
};
