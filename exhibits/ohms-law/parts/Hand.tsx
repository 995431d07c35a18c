/** A hand that points upwards, its fingertip at 0, 0. */
export function Hand() {
  return (
    <g className="hand">
      <path
        className="skin"
        d="M-24 6V196C-40 178 -58 150 -78 146C-104 142 -114 166 -102 186C-82 220 -62 262 -30 292C-8 312 -6 330 -6 372H132C132 330 152 300 156 250V168C156 134 112 132 108 162C106 124 62 122 62 154C60 122 24 118 24 150V6C24 -26 -24 -26 -24 6Z"
      />
      <path className="crease" d="M24 150V206M62 156V206M108 164V206" />
      <path className="crease" d="M-10 -4q10 -8 20 0" />
      <path className="cuff" d="M-22 372H148l10 92H-32z" />
    </g>
  )
}
