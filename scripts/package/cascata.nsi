; The installer for Windows: for one user, without administrator's rights.
; windows.sh names VERSION, STAGE (what is installed), OUT, and writes FILES,
; the lists of what is installed and what is therefore removed.
Unicode true
Target amd64-unicode
!include MUI2.nsh
Name "Cascata"
OutFile "${OUT}"
InstallDir "$LOCALAPPDATA\Programs\Cascata"
InstallDirRegKey HKCU "Software\Cascata" "Folder"
RequestExecutionLevel user
SetCompressor /SOLID lzma
SetCompressorDictSize 96
!define MUI_ICON "${STAGE}\cascata.ico"
!define MUI_UNICON "${STAGE}\cascata.ico"
!define UNINSTALL "Software\Microsoft\Windows\CurrentVersion\Uninstall\Cascata"
VIProductVersion "${NUMBERS}"
VIAddVersionKey "ProductName" "Cascata"
VIAddVersionKey "FileDescription" "Cascata's installer"
VIAddVersionKey "FileVersion" "${VERSION}"
VIAddVersionKey "ProductVersion" "${VERSION}"
VIAddVersionKey "LegalCopyright" "MIT licence"
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!define MUI_FINISHPAGE_RUN "$INSTDIR\cascata.exe"
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"
!insertmacro MUI_LANGUAGE "German"
LangString Running ${LANG_ENGLISH} "Cascata is running. Close it and try again."
LangString Running ${LANG_GERMAN} "Cascata läuft noch. Bitte beenden und erneut versuchen."

; A program that runs cannot be written over: said before anything is touched.
!macro NotRunning
  ${If} ${FileExists} "$INSTDIR\cascata.exe"
    ClearErrors
    FileOpen $0 "$INSTDIR\cascata.exe" a
    ${If} ${Errors}
      MessageBox MB_OK|MB_ICONSTOP "$(Running)" /SD IDOK
      SetErrorLevel 1
      Abort
    ${EndIf}
    FileClose $0
  ${EndIf}
!macroend

Section
  !insertmacro NotRunning
  SetOutPath "$INSTDIR"
  !include "${FILES}\install.nsh"
  WriteUninstaller "$INSTDIR\uninstall.exe"
  CreateShortcut "$SMPROGRAMS\Cascata.lnk" "$INSTDIR\cascata.exe"
  WriteRegStr HKCU "Software\Cascata" "Folder" "$INSTDIR"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayName" "Cascata"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayIcon" "$INSTDIR\cascata.exe"
  WriteRegStr HKCU "${UNINSTALL}" "Publisher" "The Cascata authors"
  WriteRegStr HKCU "${UNINSTALL}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${UNINSTALL}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKCU "${UNINSTALL}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKCU "${UNINSTALL}" "NoModify" 1
  WriteRegDWORD HKCU "${UNINSTALL}" "NoRepair" 1
  ; "Open with": pictures and model files may be given to Cascata, none is taken over.
  WriteRegStr HKCU "Software\Classes\Applications\cascata.exe\shell\open\command" "" '"$INSTDIR\cascata.exe" "%1"'
  WriteRegStr HKCU "Software\Classes\Applications\cascata.exe" "FriendlyAppName" "Cascata"
  WriteRegStr HKCU "Software\Classes\Applications\cascata.exe\SupportedTypes" ".png" ""
  WriteRegStr HKCU "Software\Classes\Applications\cascata.exe\SupportedTypes" ".jpg" ""
  WriteRegStr HKCU "Software\Classes\Applications\cascata.exe\SupportedTypes" ".jpeg" ""
  WriteRegStr HKCU "Software\Classes\Applications\cascata.exe\SupportedTypes" ".webp" ""
  WriteRegStr HKCU "Software\Classes\Applications\cascata.exe\SupportedTypes" ".safetensors" ""
SectionEnd

; What was installed is removed by its name. The folder goes only when nothing
; else is in it; pictures, settings and models lie elsewhere and are not touched.
Section "Uninstall"
  !insertmacro NotRunning
  !include "${FILES}\remove.nsh"
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"
  Delete "$SMPROGRAMS\Cascata.lnk"
  DeleteRegKey HKCU "${UNINSTALL}"
  DeleteRegKey HKCU "Software\Cascata"
  DeleteRegKey HKCU "Software\Classes\Applications\cascata.exe"
SectionEnd
